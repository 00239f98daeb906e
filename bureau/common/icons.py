"""Line icons on a 24 × 24 grid, drawn inline so that a page needs no further request for them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_PATHS = {
    "alert": "M12 3 2.5 20h19L12 3zM12 10v4M12 17.2v.1",
    "arrow-down": "M12 5v14M6 13l6 6 6-6",
    "arrow-right": "M5 12h14M13 6l6 6-6 6",
    "arrow-up": "M12 19V5M6 11l6-6 6 6",
    "bell": "M6 9a6 6 0 0 1 12 0c0 6 2.5 7.5 2.5 7.5h-17S6 15 6 9zM10 20a2.2 2.2 0 0 0 4 0",
    "building": "M4 21V5l9-2v18M13 9h7v12M3 21h18M8 8.5h1M8 12h1M8 15.5h1M16.5 13h.1M16.5 16.5h.1",
    "calendar": "M4 6h16v15H4zM4 10.5h16M8 3v5M16 3v5",
    "camera": "M3 8h4l2-3h6l2 3h4v12H3zM12 10a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2z",
    "chart": "M4 20V11M10 20V4M16 20v-6M21 20H3",
    "check": "M4.5 12.5l5 5 10-11",
    "check-circle": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.3l2.8 2.8L16 9.5",
    "chevron-left": "M15 5l-7 7 7 7",
    "chevron-right": "M9 5l7 7-7 7",
    "circle": "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2.5",
    "download": "M12 4v11M7 10.5l5 5 5-5M4 20h16",
    "edit": "M4 20h4.5L20 8.5 15.5 4 4 15.5V20zM13 6.5l4.5 4.5",
    "file": "M6 3h8l5 5v13H6zM14 3v5h5",
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c5 5.5 5 12.5 0 18M12 3c-5 5.5-5 12.5 0 18",
    "help": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.4 9.4a2.7 2.7 0 1 1 3.9 2.4c-.9.5-1.3 1-1.3 2.1M12 17.1v.1",
    "home": "M3 11l9-8 9 8M6 9v12h12V9M10 21v-6h4v6",
    "inbox": "M3 13l3.5-9h11L21 13v7H3zM3 13h5.5l1.5 3h4l1.5-3H21",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.2v.1",
    "large-type": "M2.5 19L8 5l5.5 14M4.5 14.5h7M14.5 19l3.5-9 3.5 9M15.8 16h4.6",
    "lock": "M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3",
    "menu": "M4 6h16M4 12h16M4 18h16",
    "minus": "M5 12h14",
    "money": "M6 4l6 8 6-8M12 12v8M7 12.5h10M7 16h10",
    "pause": "M8 5v14M16 5v14",
    "phone": "M5 3h4l1.5 5-2.5 2a13 13 0 0 0 6 6l2-2.5 5 1.5v4a2 2 0 0 1-2 2A16.5 16.5 0 0 1 3 5a2 2 0 0 1 2-2z",
    "plus": "M12 5v14M5 12h14",
    "print": "M7 8V3h10v5M6 17H3V8h18v9h-3M7 14h10v7H7z",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
    "settings": "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
    "shield": "M12 3l8 3v6c0 5-3.5 7.7-8 9-4.5-1.3-8-4-8-9V6z",
    "shop": "M4 10v11h16V10M3 9l2-6h14l2 6a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0zM10 21v-6h4v6",
    "undo": "M9 6L4 11l5 5M4 11h10a6 6 0 0 1 6 6v2",
    "user": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c.5-4.5 3.5-6.5 8-6.5s7.5 2 8 6.5",
    "x": "M6 6l12 12M18 6L6 18",
    "x-circle": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 9l6 6M15 9l-6 6",
}


def names() -> list[str]:
    return sorted(_PATHS)


def draw(name: str) -> SafeString:
    """The icon as SVG, hidden from screen readers: a word always stands beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        mark_safe(_PATHS[name]),
    )
