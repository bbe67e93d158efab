"""The page of those who sign shows all that they sign.

Every character of the file that is no syntax of Markdown is visible there: in the
text, or in a mark beside it.
"""

import re

import pytest
from bs4 import BeautifulSoup, Comment
from hypothesis import given
from hypothesis import strategies as st

from plans.markdown.signing import signing_html

pytestmark = pytest.mark.once

# `{}` is a word that an agent would read. Whether a reader sees it is the question.
HIDDEN = {
    "comment": "<!-- {} -->",
    "comment in a line": "words <!-- {} --> words",
    "comment of Markdown": "[//]: # ({})",
    "unused definition": "[label]: https://e.example/{}",
    "title of a definition": '[label]: https://e.example "{}"',
    "definition above words": "[label]: https://e.example/{}\nwords",
    "definition in a quotation": "> [label]: {}\n\nwords",
    "definition in an entry": "- words\n\n  [label]: {}\n",
    "used definition": "[words][label]\n\n[label]: https://e.example/{}",
    "label of a link": "[words][{}]\n\n[{}]: https://e.example",
    "target": "[words](https://e.example/{})",
    "target elsewhere": "[words](docs/{}.md)",
    "target that leads nowhere": "[words](javascript:{})",
    "title": '[words](https://e.example "{}")',
    "picture": "![words](https://e.example/{}.png)",
    "words of a picture": "![{}](https://e.example/x.png)",
    "title of a picture": '![words](https://e.example/x.png "{}")',
    "script": "<script>{}</script>",
    "style": "<style>{}</style>",
    "template": "<template>{}</template>",
    "script in a line": "words <script>{}</script>",
    "title of a page": "<title>{}</title>",
    "data": "<![CDATA[{}]]>",
    "data in a line": "words <![CDATA[{}]]> words",
    "instruction": "<?{}?>",
    "declaration": "<!DOCTYPE {}>",
    "name of a tag": "words <{}> words",
    "attribute": '<p title="{}">words</p>',
    "attribute in a line": 'words <b data-x="{}">b</b>',
    "field that is hidden": '<input type="hidden" value="{}">',
    "surplus cell": "| a | b |\n|---|---|\n| 1 | 2 | {} |",
    "row of an entry": "- | a |\n  |---|\n  | 1 | {} |",
    "words of a fence": "```python {}\nx = 1\n```",
    "language of a fence": "```{}\nx = 1\n```",
    "footnote that nobody refers to": "[^1]: {}",
    "footnote": "words[^1]\n\n[^1]: {}",
    "name of a footnote": "words[^{}]\n\n[^{}]: words",
    "front matter": "---\nkey: {}\n---\n\nwords",
    "details": "<details>\n<summary>words</summary>\n\n{}\n\n</details>",
    "comment without an end": "<!-- {}\n\nwords",
    "select": "<select><option>{}</option></select>",
    "svg": "<svg><desc>{}</desc></svg>",
    "noscript": "<noscript>{}</noscript>",
    "forged": '<p data-sourcepos="1:1-1:9">{}</p>\n<!-- {} -->',
}
AROUND = ["{}", "# Title\n\n{}\n\n## Next\n\nmore", "words\n\n{}\n\n- more\n"]
WORD = re.compile(r"[0-9A-Za-z]+")


def visible(html):
    page = BeautifulSoup(html, "html5lib").body
    for tag in page.find_all(["script", "style", "template"]):
        tag.decompose()
    for tag in page.find_all("details"):
        assert "open" in tag.attrs
    for comment in page.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    return page.get_text()


def test_nothing_of_the_file_is_hidden_from_whoever_signs():
    unseen = [
        name
        for name, text in HIDDEN.items()
        for around in AROUND
        if "instruct7x"
        not in visible(
            signing_html(around.replace("{}", text).replace("{}", "instruct7x"))
        )
    ]
    assert unseen == []


@given(st.lists(st.sampled_from([*HIDDEN.values(), *AROUND, "- a", "> b"]), min_size=1))
def test_every_word_of_any_text_is_visible_to_whoever_signs(parts):
    text, number = "", 0
    for part in parts:
        while "{}" in part:
            number += 1
            part = part.replace("{}", f"secret{number}x", 1)
        text += part + "\n\n"
    shown = visible(signing_html(text))
    assert [w for w in re.findall(r"secret\d+x", text) if w not in shown] == []


@pytest.mark.parametrize("character", ["\u200b", "\u202e", "\U000e0041", "\u00ad"])
def test_characters_without_a_look_are_named(character):
    shown = visible(signing_html(f"Pay{character} now `a{character}b`"))
    assert shown.count(f"U+{ord(character):04X}") == 2
