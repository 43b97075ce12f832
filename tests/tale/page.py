#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""page.py FILE [TEXT...]: a report as HTML, or an SVG, is well formed; needs nothing from elsewhere and runs nothing; is
to be read by a screen reader; and shows each TEXT as text, none of it being markup."""
import re
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = set("""html head meta title style body main article h1 h2 nav ul li a dl dt dd section figure p div table caption
    thead tbody tr th td details summary pre svg desc g path rect text""".split())


class Tags(HTMLParser):
    """As a browser reads it, which knows nothing of XML."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.texts, self.problems = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in ALLOWED:
            self.problems.append(f"the element {tag}")
        if tag not in ("meta",):
            self.open.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name in ("src", "srcset", "action", "style", "href") and not re.fullmatch(
                    r"#[a-z]+\d+", value or ""):
                self.problems.append(f"{tag} {name}={value}")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in ("meta",):
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> that ends nothing")

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        self.problems.append(f"a comment: {data}")


def check(text, wanted):
    problems = []
    is_svg = text.startswith("<?xml")
    root = ET.fromstring(text if is_svg else text.removeprefix("<!DOCTYPE html>\n"))
    tags = Tags()
    tags.feed(text.partition("?>\n")[2] if is_svg else text)
    tags.close()
    problems += tags.problems + [f"<{t}> without an end" for t in tags.open]
    for word in ("http:", "https:", "url(", "@import", "javascript:"):
        if word in re.sub(r'xmlns="http://www.w3.org/2000/svg"', "", text) and not any(word in w for w in wanted):
            problems.append(f"{word} is in it")
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    problems += [f"two things are called {i}" for i in set(ids) if ids.count(i) > 1]
    for e in root.iter():
        for target in (e.get("aria-labelledby") or "").split() + [h[1:] for h in [e.get("href") or ""] if h]:
            if target not in ids:
                problems.append(f"no {target} is there")
        if e.tag == SVG + "svg":
            named = [c.tag for c in e][:2] == [SVG + "title", SVG + "desc"] and all(c.text for c in list(e)[:2])
            if e.get("role") != "img" or not named or not e.get("aria-labelledby"):
                problems.append("a drawing without role, title or description")
        if e.tag == "th" and e.get("scope") not in ("col", "row"):
            problems.append("a head of a table without scope")
        if e.tag == "table" and (e.find("caption") is None or e.find("thead") is None):
            problems.append("a table without caption or head")
        if e.tag == "tr" and e.find("td") is not None and e.find("th") is None:
            problems.append("a row without a head")
    if not is_svg:
        if root.get("lang") != "en" or root.find("body/main") is None or len(list(root.iter("h1"))) < 1:
            problems.append("no language, main part or heading")
        policy = [m.get("content") for m in root.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
        if policy != ["default-src 'none'; style-src 'unsafe-inline'"]:
            problems.append(f"its policy is {policy}")
    if "prefers-color-scheme: dark" not in text or "@media print" not in text:
        problems.append("no colours for darkness or paper")
    shown = "".join(tags.texts)
    problems += [f"it doesn't show {w!r}" for w in wanted if w not in shown]
    return problems


def main():
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        problems = check(file.read(), sys.argv[2:])
    print("\n".join(sorted(set(problems))[:20]))
    sys.exit(bool(problems))


main()
