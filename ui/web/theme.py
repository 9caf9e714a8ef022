"""How the page looks: warm paper by day, dim charcoal by night, no font from elsewhere."""

from pathlib import Path

import gradio as gr

__all__ = ["STYLESHEET", "build_theme", "variables"]

STYLESHEET = Path(__file__).parent / "assets" / "page.css"

_FONTS = ("ui-rounded", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
_MONO = ("ui-monospace", "monospace")

# Light and dark of each colour; contrast of text on its ground is at least 4.5 to 1.
_COLOURS: dict[str, tuple[str, str]] = {
    "body_background_fill": ("#f5f2ec", "#1c1e1f"),
    "background_fill_primary": ("#fffdf9", "#25282a"),
    "background_fill_secondary": ("#fffdf9", "#25282a"),
    "block_background_fill": ("#fffdf9", "#25282a"),
    "input_background_fill": ("#fffdf9", "#25282a"),
    "input_background_fill_focus": ("#fffdf9", "#25282a"),
    "body_text_color": ("#2e2b27", "#e7e2d9"),
    "block_label_text_color": ("#5f5950", "#aca69b"),
    "block_title_text_color": ("#2e2b27", "#e7e2d9"),
    "body_text_color_subdued": ("#5f5950", "#aca69b"),
    "input_placeholder_color": ("#6d675e", "#9c968b"),
    "border_color_primary": ("#ded7cb", "#3b3f41"),
    "border_color_accent": ("#3d6a64", "#8fb9b0"),
    "border_color_accent_subdued": ("#d3dfd9", "#38494a"),
    "block_border_color": ("#ded7cb", "#3b3f41"),
    "input_border_color": ("#c9c0b2", "#4a4f51"),
    "input_border_color_focus": ("#3d6a64", "#8fb9b0"),
    "color_accent_soft": ("#e4ece7", "#2c3a39"),
    "link_text_color": ("#2f5d57", "#9cc7bd"),
    "link_text_color_hover": ("#1f453f", "#b9dcd4"),
    "link_text_color_visited": ("#2f5d57", "#9cc7bd"),
    "checkbox_background_color_selected": ("#3d6a64", "#8fb9b0"),
    "checkbox_border_color": ("#6d675e", "#9c968b"),
    "checkbox_border_color_focus": ("#3d6a64", "#8fb9b0"),
    "checkbox_border_color_selected": ("#3d6a64", "#8fb9b0"),
    "button_primary_background_fill": ("#3d6a64", "#8fb9b0"),
    "button_primary_background_fill_hover": ("#335953", "#a3c8c0"),
    "button_primary_text_color": ("#ffffff", "#14211f"),
    "button_secondary_background_fill": ("#ece7dd", "#303436"),
    "button_secondary_background_fill_hover": ("#e2dbce", "#3a3f41"),
    "button_secondary_text_color": ("#2e2b27", "#e7e2d9"),
}


def build_theme() -> gr.themes.Base:
    """The page's theme.

    Returns:
        A theme for Gradio.
    """
    theme = gr.themes.Base(font=_FONTS, font_mono=_MONO, text_size="lg", radius_size="lg")
    colours = {name: light for name, (light, _) in _COLOURS.items()}
    colours |= {f"{name}_dark": dark for name, (_, dark) in _COLOURS.items()}
    return theme.set(
        **colours,
        chatbot_text_size="1.05rem",
        block_shadow="none",
        block_border_width="0px",
        shadow_drop="none",
        shadow_drop_lg="none",
        input_shadow="none",
        input_shadow_focus="none",
    )


def variables() -> str:
    """The same colours and letters for a page that is not Gradio's.

    Returns:
        CSS, by the names that Gradio gives to them.
    """
    light, dark = (
        "".join(f"--{name.replace('_', '-')}:{both[at]};" for name, both in _COLOURS.items())
        for at in (0, 1)
    )
    night = f"@media (prefers-color-scheme: dark) {{:root {{{dark}}}}}"
    return f":root {{color-scheme: light dark; --font: {', '.join(_FONTS)}; {light}}}\n{night}"
