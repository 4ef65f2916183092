/* Every page there is, by the table of routes: no fault that axe can find, in light and dark, narrow and wide; nothing
 * to scroll sideways at 320 px nor with text of twice the size. */
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {buy, cases, check, fresh, press, to_answers, until_done, fill_registrant, REGISTRANT} from "./lib.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
const ROUTES = readFileSync(new URL("../../web/routes.c", import.meta.url), "utf8");
const GETS = [...ROUTES.matchAll(/\{"GET", "(\/[^"]*)", AUTH_(?:SESSION|VISITOR)/g)].map(m => m[1]);
/* Parts of pages and files, which are not pages by themselves. */
const NO_PAGES = ["/orders/{id}/live", "/zones/{name}/live", "/zones/{name}/export"];

async function axe(page, where, only) {
    await page.evaluate(AXE);
    const found = await page.evaluate(tags => window.axe.run(document,
        {runOnly: tags, preload: false, resultTypes: ["violations"]}),
    only ? {type: "rule", values: only} : {type: "tag", values: TAGS});
    const faults = found.violations.map(v =>
        `${v.id}: ${v.nodes.map(n => `${n.target} ${n.failureSummary}`).join(" | ")}`);
    assert.deepEqual(faults, [], where);
}

async function assert_fits(page, where) {
    const {wide, room, widest} = await page.evaluate(() => {
        const limit = document.documentElement.clientWidth;
        const over = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > limit + 1
            && getComputedStyle(e).position !== "absolute");
        return {wide: document.documentElement.scrollWidth, room: limit,
            widest: over.slice(0, 3).map(e => `${e.tagName}.${e.className}`)};
    });
    assert.ok(wide <= room, `${where}: ${wide} px wide in ${room} px: ${widest}`);
}

/* The page that is open, in every way it is looked at. */
async function look_at(page, where) {
    /* what is there depends on the width, and what colour it has on the scheme */
    for (const [width, scheme, only] of [[1280, "light", null], [1280, "dark", ["color-contrast"]], [360, "dark", null],
        [360, "light", ["color-contrast"]]]) {
        await page.setViewportSize({width, height: 800});
        await page.emulateMedia({colorScheme: scheme, reducedMotion: "reduce"});
        await axe(page, `${where} at ${width} px, ${scheme}`, only);
    }
    await page.setViewportSize({width: 320, height: 800});
    await assert_fits(page, `${where} at 320 px`);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Page.enable");
    await cdp.send("Page.setFontSizes", {fontSizes: {standard: 32, fixed: 26}});
    for (const width of [1280, 640]) {
        await page.setViewportSize({width, height: 800});
        assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "32px");
        await assert_fits(page, `${where} with text of twice the size at ${width} px`);
    }
    await cdp.send("Page.setFontSizes", {fontSizes: {standard: 16, fixed: 13}});
    await cdp.detach();
    await page.setViewportSize({width: 1280, height: 800});
}

/* Has landmarks, one h1, a language, a title of its own. */
async function assert_frame(page, titles) {
    assert.equal(await page.locator("h1").count(), 1);
    assert.equal(await page.locator("main").count(), 1);
    assert.equal(await page.getAttribute("html", "lang"), "en");
    const title = await page.title();
    assert.match(title, / – Fourways$/);
    assert.equal(await page.locator("[style], style, [onclick]").count(), 0, "nothing stands inline");
    titles.push(title);
}

await cases(async () => {
    const name = fresh(), long = `${"w".repeat(63 - 6)}${process.pid.toString(36).padStart(6, "0")}.invalid`;
    let order = null, long_order = null;

    await check("there are things to look at", {as: "demo"}, async page => {
        order = await buy(page, name);
        await until_done(page);
        long_order = await buy(page, long);
        await until_done(page);
        for (const [kind, field, value] of [["A", "#f-values", "192.0.2.1"],
            ["alias-AAAA", "#f-target", `${"x".repeat(63)}.${long}`], ["TXT", "#f-values", `"${"y".repeat(250)}"`]]) {
            await page.goto(`/zones/${long}/records/new?kind=${kind}`);
            await page.fill("#f-name", kind === "TXT" ? "z".repeat(63) : "");
            await page.fill(field, value);
            await press(page, "Add it");
        }
        await page.goto(`/zones/${name}/records/new?kind=A`);
        await page.fill("#f-name", "www");
        await page.fill("#f-values", "192.0.2.1");
        await press(page, "Add it");
        assert.match(page.url(), new RegExp(`/zones/${name}$`));
    });

    const record = `name=www.${name}&type=A`;
    const places = {
        "/": ["/", `/?name=${fresh()}`, `/?name=${long}`, "/?name=a_b.test", "/?name=b%C3%BCcher"],
        "/login": [],
        "/register": [`/register?domain=${fresh()}`],
        "/orders": ["/orders"],
        "/orders/{id}": [() => order, () => long_order],
        "/domains": ["/domains"],
        "/domains/{name}": [`/domains/${name}`, `/domains/${long}`],
        "/domains/{name}/renew": [`/domains/${name}/renew`],
        "/domains/{name}/delete": [`/domains/${long}/delete`],
        "/zones": ["/zones"],
        "/zones/{name}": [`/zones/${name}`, `/zones/${long}`],
        "/zones/{name}/records/new": [`/zones/${name}/records/new?kind=A`, `/zones/${long}/records/new?kind=alias-A`],
        "/zones/{name}/records/edit": [`/zones/${name}/records/edit?${record}`],
        "/zones/{name}/records/delete": [`/zones/${name}/records/delete?${record}`],
        "/account": ["/account"],
    };

    await check("every page of the table of routes is among those looked at", {}, async () => {
        assert.ok(GETS.length > 10);
        assert.deepEqual(GETS.filter(g => !NO_PAGES.includes(g) && places[g] === undefined), []);
    });

    const titles = [];
    for (const [route, list] of Object.entries(places))
        for (const place of list) {
            const shown = typeof place === "string" ? place.replace(/w{9,}/, "w…") : route;
            await check(`nothing is wrong with ${shown}, in light and dark, narrow and wide, small and large`,
                {as: "demo"}, async page => {
                    const path = typeof place === "string" ? place : place();
                    const r = await page.goto(path);
                    assert.equal(r.status(), 200);
                    await assert_frame(page, titles);
                    await look_at(page, path);
                });
        }

    await check("nothing is wrong with signing in, also with a wrong password", {}, async page => {
        await page.goto("/login");
        await assert_frame(page, titles);
        await look_at(page, "/login");
        await page.fill("#f-name", "demo");
        await page.fill("#f-password", "wrong");
        await press(page, "Sign in");
        await look_at(page, "/login, refused");
    });

    await check("nothing is wrong with the steps of a purchase, also with every field wrong", {as: "demo"}, async page => {
        await page.goto(`/register?domain=${fresh("alt", "bücher")}`);
        await fill_registrant(page, Object.fromEntries(Object.keys(REGISTRANT).map(f => [f, ""])));
        await press(page, "Continue");
        await look_at(page, "/register, refused");
        await to_answers(page, `${"v".repeat(63)}.invalid`);
        await look_at(page, "check your answers");
    });

    await check("nothing is wrong with a purchase that the balance does not cover", {as: "poor"}, async page => {
        await to_answers(page, fresh());
        await look_at(page, "check your answers, too dear");
    });

    await check("nothing is wrong with a record that is refused", {as: "demo"}, async page => {
        await page.goto(`/zones/${name}/records/new?kind=SRV`);
        await page.fill("#f-values", "x".repeat(10000));
        await page.fill("#f-ttl", "soon");
        await press(page, "Add it");
        await look_at(page, "a record refused");
    });

    await check("nothing is wrong where there is nothing yet", {as: "fresh"}, async page => {
        for (const path of ["/orders", "/domains", "/zones", "/account"]) {
            await page.goto(path);
            await look_at(page, `${path}, empty`);
        }
    });

    await check("nothing is wrong with the pages of errors", {as: "demo"}, async page => {
        for (const path of ["/nothing", `/${"a".repeat(9000)}`]) {
            await page.goto(path);
            await assert_frame(page, []);
            await look_at(page, path.slice(0, 20));
        }
    });

    await check("the titles tell the pages apart", {}, async () => {
        const twice = titles.filter((t, i) => titles.indexOf(t) !== i);
        assert.deepEqual(twice.filter(t => !/^Add a record|^Find a domain/.test(t)), []);
    });

    await check("what is static may be kept, and is what it says", {}, async page => {
        await page.goto("/");
        for (const url of await page.$$eval("link[href], script[src]", l => l.map(e => e.href || e.src))) {
            const r = await page.context().request.get(url);
            assert.equal(r.status(), 200, url);
            assert.match(r.headers()["cache-control"], /immutable/);
            assert.equal(r.headers()["x-content-type-options"], "nosniff");
            const again = await page.context().request.get(url, {headers: {"If-None-Match": r.headers().etag}});
            assert.equal(again.status(), 304);
        }
    });

    await check("the first page says what this is, what it costs, and invites to search", {}, async page => {
        await page.goto("/");
        const text = await page.innerText("main");
        assert.match(text, /Register a domain name/);
        assert.match(text, /\.test\s+9\.00 EUR a year/);
        assert.match(text, /four name servers/i);
        assert.equal(await page.locator("#f-name").count(), 1);
    });
});
