"""The page in the browser: Gradio Blocks, one file a panel."""
