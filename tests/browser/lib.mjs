/* What the browser cases share: a browser, people who are signed in, and an eye on everything that goes wrong unseen.
 *
 *   await cases(async ({visit, check}) => {
 *       await check("the first page invites to search", {}, async page => { … });
 *   });
 *
 * Each case gets a context of its own (cookies, storage) and fails for anything on its console, any failed request, any
 * violation of the content security policy, and any page without the headers that every page must have. */
import assert from "node:assert/strict";
import {chromium} from "playwright-core";

export const WEB = process.env.WEB_URL;
export const PEOPLE = JSON.parse(process.env.PEOPLE);
export const REGISTRANT = {
    name: "Demo Person", street: "1 Example Street", city: "Exampleton", postal_code: "10115", country: "DE",
    phone: "+49.301234567", email: "demo@example.com",
};
export const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const CASE_LIMIT_MS = 180000;

let browser = null, passed = 0;
const failed = [], states = {};
let number = 0;

/* A name nobody has used yet. */
export function fresh(tld = "test", start = "b") {
    return `${start}${process.pid.toString(36)}-${++number}.${tld}`;
}

/* ---- watching ------------------------------------------------------------------------------------------------------- */

function header_troubles(reply) {
    const h = reply.headers(), at = `${reply.request().method()} ${reply.url()}`;
    const wanted = {"content-security-policy": POLICY, "cache-control": "no-store", "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin"};
    return Object.entries(wanted).filter(([name, value]) => h[name] !== value)
        .map(([name, value]) => `${at}: ${name} is ${JSON.stringify(h[name])}, not ${JSON.stringify(value)}`);
}

/* Chromium writes to the console that a page itself came with a status of 400 or above; the cases look at those. */
function is_own_status(message) {
    return message.text().startsWith("Failed to load resource: the server responded with a status of")
        && /^https?:\/\/[^/]+\/(?!static\/)/.test(message.location().url);
}

function watch(context, troubles) {
    context.on("console", m => {
        if (["error", "warning"].includes(m.type()) && !is_own_status(m))
            troubles.push(`console ${m.type()} on ${m.page()?.url()}: ${m.text()}`);
    });
    context.on("weberror", e => troubles.push(`script error: ${e.error()}`));
    context.on("requestfailed", r => {
        const why = r.failure()?.errorText;
        if (why !== "net::ERR_ABORTED") /* what a page still asked for when it was left */
            troubles.push(`request failed: ${r.method()} ${r.url()}: ${why}`);
    });
    context.on("response", r => {
        const type = r.headers()["content-type"] ?? "";
        if (r.request().resourceType() !== "document" && r.status() >= 400)
            troubles.push(`${r.url()}: status ${r.status()}`);
        if (type.startsWith("text/html") && r.status() !== 303)
            troubles.push(...header_troubles(r));
    });
}

/* ---- cases ------------------------------------------------------------------------------------------------------------ */

/* Cookies of somebody who has signed in: once for all cases, since a password's check is slow on purpose. A case that
 * signs out uses sign_in() for a session of its own. */
async function signed_in(who) {
    if (states[who] === undefined) {
        const context = await browser.newContext({baseURL: WEB});
        await sign_in(await context.newPage(), who);
        states[who] = await context.storageState();
        await context.close();
    }
    return states[who];
}

/* options: as = who is signed in (null: nobody), js, and whatever a browser context takes. */
export async function check(name, options, run) {
    const {as = null, js = true, ...more} = options;
    const began = Date.now(), troubles = [];
    const context = await browser.newContext({viewport: {width: 1280, height: 800}, javaScriptEnabled: js,
        baseURL: WEB, storageState: as !== null ? await signed_in(as) : undefined, ...more});
    context.setDefaultTimeout(45000);
    watch(context, troubles);
    const page = await context.newPage();
    try {
        await within(run(page, context), CASE_LIMIT_MS);
        assert.deepEqual(troubles, []);
        passed++;
        console.log(`ok   ${name} (${((Date.now() - began) / 1000).toFixed(2)} s)`);
    } catch (e) {
        failed.push(name);
        const seen = troubles.length > 0 ? `\n     seen on the way: ${troubles.join("\n     ")}` : "";
        console.log(`FAIL ${name}, at ${page.url()}: ${e.stack}${seen}`);
    } finally {
        await context.close();
    }
}

function within(promise, ms) {
    let timer = null;
    const limit = new Promise((_, no) => {
        timer = setTimeout(() => no(new Error(`not finished within ${ms / 1000} s`)), ms);
    });
    return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

export async function cases(run) {
    browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu",
        "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync"]});
    try {
        await run();
    } finally {
        await browser.close();
    }
    console.log(`${passed} passed, ${failed.length} failed`);
    process.exitCode = failed.length > 0 || passed === 0 ? 1 : 0;
}

/* ---- doing what people do ----------------------------------------------------------------------------------------------- */

export async function sign_in(page, who) {
    await page.goto("/login");
    await page.fill("#f-name", who);
    await page.fill("#f-password", PEOPLE[who]);
    await press(page, "Sign in");
    assert.match(await page.textContent(".who"), new RegExp(`^${who}$`));
}

/* Presses a button of the page's own part, and waits for the page that comes. */
export async function press(page, word) {
    await Promise.all([page.waitForEvent("domcontentloaded"), page.click(`main button:has-text("${word}")`)]);
}

export async function follow(page, locator) {
    await Promise.all([page.waitForEvent("domcontentloaded"), locator.click()]);
}

export async function fill_registrant(page, values = REGISTRANT) {
    for (const [field, value] of Object.entries(values))
        await page.fill(`#f-${field}`, value);
}

/* From the registrant's form to "Check your answers". */
export async function to_answers(page, name, values = REGISTRANT) {
    await page.goto(`/register?domain=${encodeURIComponent(name)}`);
    await fill_registrant(page, values);
    await press(page, "Continue");
    assert.equal(await heading(page), "Check your answers");
}

/* The whole purchase; gives the order's path. */
export async function buy(page, name, values = REGISTRANT) {
    await to_answers(page, name, values);
    await press(page, "Order for");
    const path = new URL(page.url()).pathname;
    assert.match(path, /^\/orders\/\d+$/);
    return path;
}

export async function until_done(page) {
    await page.waitForSelector("#live[data-moving=no]");
    assert.equal(await page.textContent(".facts .tag"), "done");
}

export async function heading(page) {
    return (await page.textContent("h1")).trim();
}

export async function errors(page) {
    return page.locator("#errors li").allInnerTexts();
}

/* As many orders of that name as the list of orders shows. */
export async function orders_of(page, name) {
    await page.goto("/orders");
    return page.locator("tbody tr", {hasText: name}).count();
}

export async function available(page) {
    await page.goto("/account");
    return page.locator(".facts div", {hasText: /^Available/}).locator("dd").innerText();
}

/* The fields of a form, as a browser would send them. */
export async function fields_of(page, selector) {
    return page.$eval(selector, form => Object.fromEntries(new FormData(form)));
}

/* Stops one of the four name servers for a while: what it should answer waits. */
export async function while_server_sleeps(i, run) {
    const {readFileSync} = await import("node:fs");
    const pid = Number(readFileSync(`${process.env.VAR_DIR}/run/dns-${i}.pid`, "utf8"));
    process.kill(pid, "SIGSTOP");
    try {
        await run(() => process.kill(pid, "SIGCONT"));
    } finally {
        process.kill(pid, "SIGCONT");
    }
}
