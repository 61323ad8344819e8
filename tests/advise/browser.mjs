// browser.mjs - asks a browser, over WebDriver, what became of report.html and
// report.svg in the folder that it is given.
import { spawn } from "node:child_process";
import { once } from "node:events";

const folder = process.argv[2];
const driver = spawn("chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
const port = await new Promise((found, lost) => {
  let told = "";
  driver.on("exit", () => lost(new Error(told)));
  driver.stdout.on("data", chunk => {
    const at = /successfully on port (\d+)/.exec(told += chunk);
    if (at) found(at[1]);
  });
});
const ask = async (method, path, body) => {
  const answer = await fetch(`http://127.0.0.1:${port}/session${path}`,
    { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (value?.error) throw new Error(value.message);
  return value;
};
const { sessionId } = await ask("POST", "", { capabilities: { alwaysMatch: {
  "goog:loggingPrefs": { browser: "ALL" },
  "goog:chromeOptions": { args: ["--headless", "--no-sandbox", "--disable-gpu",
    "--disable-dev-shm-usage", "--window-size=400,800"] } } } });
const open = name => ask("POST", `/${sessionId}/url`, { url: `file://${folder}/${name}` });
const run = script => ask("POST", `/${sessionId}/execute/sync`,
  { script: `return (${script})()`, args: [] });

let passed = 0, failed = 0;
const claim = (what, is, wanted) => {
  if (JSON.stringify(is) === JSON.stringify(wanted)) return passed++;
  failed++;
  console.log(`FAILED ${what}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
};

try {
  await open("report.html");
  claim("it has a language and a title",
    await run(() => [document.documentElement.lang, document.title]), ["en", "tenon advise"]);
  claim("headings do not skip a level",
    await run(() => [...document.querySelectorAll("h1,h2,h3")].map(h => +h.tagName[1])
      .filter((level, i, all) => level > (all[i - 1] ?? 0) + 1)), []);
  claim("there is one of each landmark",
    await run(() => ["header", "main", "h1"].map(e => document.querySelectorAll(e).length)), [1, 1, 1]);
  claim("each table says what it is",
    await run(() => [...document.querySelectorAll("table")].filter(t => !t.caption?.textContent).length), 0);
  claim("each head cell says what for",
    await run(() => document.querySelectorAll("th:not([scope])").length), 0);
  claim("each picture has a text in its place",
    await run(() => [...document.querySelectorAll("figure")].filter(f =>
      !f.querySelector("svg") || !f.querySelector("figcaption").textContent).length), 0);
  claim("each way is judged in words",
    await run(() => [...document.querySelectorAll(".verdict")].filter(v =>
      ["sound", "unsound", "unknown"].includes(v.textContent)).length), 5);
  claim("an engine of the table has a row",
    await run(() => /Safari/.test(document.querySelector("[aria-labelledby=engines]").textContent)), true);
  claim("the memory is drawn",
    await run(() => [...document.querySelectorAll("figure text")].some(t => /^memory of main/.test(t.textContent))), true);
  claim("the import is told, as it is called",
    await run(() => document.querySelector("[aria-labelledby=imports]").textContent.includes("f\"><b>")), true);
  claim("no name became an element",
    await run(() => document.querySelectorAll("script, b, [onload]").length), 0);
  claim("ids are there once",
    await run(() => { const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
      return ids.length - new Set(ids).size; }), 0);
  claim("what is wide scrolls by itself, not the page",
    await run(() => document.documentElement.scrollWidth <= innerWidth), true);
  claim("and is reached by keyboard",
    await run(() => [...document.querySelectorAll(".wide")].filter(e => e.tabIndex !== 0).length), 0);
  claim("nothing is fetched",
    await run(() => performance.getEntriesByType("resource").length), 0);
  const contrast = await run(() => {
    const part = c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = color => { const [r, g, b] = color.match(/[\d.]+/g).map(x => part(x / 255));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    return [...document.querySelectorAll("figure rect")].map(r => {
      const l = light(getComputedStyle(r).fill);
      const t = light(getComputedStyle(document.querySelector("figure text")).fill);
      return (Math.max(l, t) + 0.05) / (Math.min(l, t) + 0.05);
    }).filter(c => c < 7).length;
  });
  claim("text stands out of its box", contrast, 0);
  claim("the browser has nothing to complain of",
    (await ask("POST", `/${sessionId}/se/log`, { type: "browser" })).filter(l => l.level === "SEVERE"), []);
  await open("report.svg");
  claim("the picture alone is one too",
    await run(() => [document.documentElement.tagName, document.querySelector("title").textContent]),
    ["svg", "memories and imports"]);
  claim("with the modules in it",
    await run(() => /main/.test(document.documentElement.textContent)), true);
} catch (error) {
  failed++;
  console.log(`FAILED ${error}`);
} finally {
  await ask("DELETE", `/${sessionId}`).catch(() => {});
  driver.kill();
  await once(driver, "exit");
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
