"""The staff shell: logging in, and one page that says how the platform stands.

Shows counts and batches that lower contexts answer for; decides nothing and stores nothing.
"""
