"""The transparency log: what the platform answered, disclosed and decided, provable for ever.

Every event that somebody may one day dispute becomes a leaf of an append-only Merkle tree (RFC 6962) kept
as tiles (C2SP tlog-tiles), whose head is signed (C2SP signed-note, Ed25519). A leaf holds a salted
commitment, not the event, so that personal data can be erased (个人信息保护法 第四十七条) while every proof
stays valid. It never changes or removes a leaf, and knows nothing about subjects, lists or checks: callers
say what happened.
"""
