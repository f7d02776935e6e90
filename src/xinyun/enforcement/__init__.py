"""What offices do with lists: whom they deal with is matched against entries, what follows is done, and told back.

Serves 国办发〔2020〕49号 and 贵州条例第二十五条 (start, respond, feed back). An entry of somebody on an office's roster whose
list has a measure for the roster's scene is a task: to reward as well as to sanction. When the entry ends, what was not
done need not be done, and what was done is undone. The platform decides nothing here: offices act, and say what they did.
"""
