// What people do most, in Firefox: open a plan, type, see it saved, see a colleague's change,
// sign. test_firefox.py starts the server and gives, as one argument, all that is asked for
// here; a line of the output is a step that worked. By labels that people see or hear alone.
import puppeteer from "puppeteer-core";

const { firefox, url, plan, review, sessions } = JSON.parse(process.argv[2]);
const TIMEOUT = 40_000; // milliseconds
// A page behind another one draws no frames, which puppeteer would wait for.
const POLLING = { polling: 100 };

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: firefox,
  timeout: 60_000,
  extraPrefsFirefox: {
    // Nothing but the server is asked for anything.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
  },
});
const complaints = [];

/** A page of somebody who is signed in, in a profile of their own. */
async function visit(session) {
  const context = await browser.createBrowserContext();
  await context.setCookie({ ...session, domain: new URL(url).hostname, path: "/" });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return page;
}

/** The visible element that has this name: by aria-label, label or text. */
async function named(page, selector, name) {
  const find = (selector, name) => {
    const words = (element) => element.textContent.replace(/\s+/g, " ").trim();
    const nameOf = (element) =>
      element.getAttribute("aria-label") ??
      ([...(element.labels ?? [])].map(words).join(" ") || words(element));
    return [...document.querySelectorAll(selector)].find(
      (element) => nameOf(element) === name && element.checkVisibility(),
    );
  };
  const handle = await page.waitForFunction(find, POLLING, selector, name).catch(() => {
    throw new Error(`the page has no ${selector} named "${name}"`);
  });
  return handle.asElement();
}

async function says(page, text) {
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden does not count
  const find = (text) => document.body.innerText.includes(text);
  await page.waitForFunction(find, POLLING, text).catch(() => {
    throw new Error(`the page does not say "${text}"`);
  });
}

const done = (step) => console.log(step);

try {
  const [alice, bob, dana] = await Promise.all(
    [sessions.alice, sessions.bob, sessions.dana].map(visit),
  );
  await Promise.all([alice.goto(url + plan), bob.goto(url + plan)]);
  await says(alice, "Tide tables");
  await says(alice, "Live");
  await says(bob, "Live");
  done("open");

  await (await named(alice, "a", "Edit Category")).click();
  await named(alice, "textarea", "Category");
  await alice.keyboard.press("End");
  await alice.keyboard.type(" of tides", { delay: 5 });
  done("type");

  await says(alice, "Saved");
  await alice.keyboard.press("Escape");
  await says(alice, "Plan of tides");
  done("save");

  await says(bob, "Plan of tides");
  // And while one types oneself, what is typed stays.
  await (await named(bob, "a", "Edit Storage")).click();
  const storage = await named(bob, "textarea", "Storage");
  await bob.keyboard.press("End");
  await bob.keyboard.type(" 3", { delay: 5 });
  await (await named(alice, "a", "Edit Category")).press("Enter");
  await named(alice, "textarea", "Category");
  await alice.keyboard.press("End");
  await alice.keyboard.type(" and gauges", { delay: 5 });
  await says(bob, "Plan of tides and gauges");
  const typed = await storage.evaluate((control) => control.value);
  if (typed !== "SQLite 3") throw new Error(`what was typed became ${typed}`);
  await bob.keyboard.press("Escape");
  await says(alice, "SQLite 3");
  done("see a colleague's change");

  await bob.goto(url + review);
  await (await named(bob, "button", "Submit for sign-off")).click();
  await says(bob, "Version 1");
  await dana.goto(url + review);
  await (await named(dana, "a", "Decide: Technical Design")).click();
  await (await named(dana, "input", "Approve")).click();
  await (await named(dana, "input", "Your password")).type("dana");
  await (await named(dana, "button", "Sign as Dana")).click();
  await says(dana, "Version 1 is approved");
  done("sign");
  if (complaints.length) throw new Error(`Firefox complains: ${complaints.join("\n")}`);
} finally {
  await browser.close();
}
