"""What the web page shows and keeps: HTML, styles, the conversation, starting up, uploads, feedback.

`app.py` wires these to Gradio; nothing here retrieves or answers, and nothing here but `api` imports gradio.
"""
