/* From a search to a name that answers: with script, without, by keyboard, twice at once, with too little money. */
import assert from "node:assert/strict";
import {buy, cases, check, errors, fields_of, fill_registrant, follow, fresh, heading, orders_of, press, sign_in,
    to_answers, until_done, while_server_sleeps, available, PEOPLE} from "./lib.mjs";

const HOSTS = ["fourways-dns.test", "fourways-dns.example", "fourways-dns.invalid", "fourways-dns.alt"];

async function from_search(page, name) {
    await page.goto("/");
    await page.fill("#f-name", name);
    await press(page, "Search");
    const row = page.locator("tbody tr").first();
    assert.match(await row.innerText(), /available/);
    assert.match(await row.innerText(), /9\.00 EUR a year/);
    await follow(page, row.locator("a"));
    assert.equal(await heading(page), "Sign in");
    await page.fill("#f-name", "demo");
    await page.fill("#f-password", PEOPLE.demo);
    await press(page, "Sign in");
    assert.equal(await heading(page), "Who is the registrant?");
    await fill_registrant(page);
    await page.selectOption("#f-years", "2");
    await press(page, "Continue");
    assert.match(await page.innerText("main"), /18\.00 EUR \(9\.00 EUR a year\)/);
    await press(page, "Order for 18.00 EUR");
}

async function assert_done(page, name) {
    const text = await page.innerText("main");
    assert.match(text, /is yours, and all four name servers answer for it/);
    assert.match(text, /18\.00 EUR, paid/);
    assert.match(text, /UTC, after \d/);
    assert.equal(await page.locator(".step").count(), await page.locator(".step.done").count());
    for (const took of await page.locator(".step .took").allInnerTexts())
        assert.match(took, /^\d+ ms$|^\d+\.\d s$/);
    const rows = await page.locator("#live table tbody tr").allInnerTexts();
    assert.equal(rows.length, 4);
    HOSTS.forEach(h => assert.ok(rows.some(r => r.includes(h) && r.includes("in sync")), `${h}: ${rows}`));
    assert.equal(await heading(page), name);
}

/* Tab until the element that has the focus is the one wanted. */
async function tab_to(page, selector) {
    for (let i = 0; i < 60; i++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate(s => document.activeElement?.matches(s) ?? false, selector)) {
            const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth);
            assert.equal(outline, "3px", `the focus on ${selector} cannot be seen`);
            return;
        }
    }
    assert.fail(`${selector} is not reached by the Tab key`);
}

async function enter(page) {
    await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);
}

await cases(async () => {
    await check("a purchase from the search to the done order, with script", {}, async page => {
        const name = fresh();
        await from_search(page, name);
        await until_done(page);
        await assert_done(page, name);
    });

    await check("a purchase from the search to the done order, without script: the order's page moves by itself",
        {js: false}, async page => {
            const name = fresh();
            await while_server_sleeps(2, async wake => {
                await from_search(page, name);
                assert.match(await page.innerText("main"), /under way/);
                wake();
                await page.waitForSelector("#live[data-moving=no]");
            });
            await assert_done(page, name);
        });

    await check("an order's page follows the order without being loaded again", {as: "demo"}, async page => {
        await while_server_sleeps(3, async wake => {
            await buy(page, fresh());
            await page.evaluate(() => { window.stayed = true; });
            await page.waitForSelector(".step.running, .step.waiting");
            await page.waitForFunction(() => /^Under way, step \d of \d/.test(document.getElementById("said").textContent)
                || document.querySelectorAll(".step.done").length >= 4);
            assert.ok(await page.locator(".step.todo").count() > 0);
            wake();
            await until_done(page);
        });
        assert.equal(await page.evaluate(() => window.stayed), true, "the page was loaded again");
        assert.equal(await page.textContent("#said"), "The order is done.");
        assert.equal(await page.locator("#live table tbody tr .tag.good").count(), 4);
    });

    await check("a purchase by keyboard alone", {}, async page => {
        const name = fresh();
        await page.goto("/");
        await page.keyboard.press("Tab");
        assert.match(await page.evaluate(() => document.activeElement.textContent), /Skip to main content/);
        await page.keyboard.press("Enter");
        await tab_to(page, "#f-name");
        await page.keyboard.type(name);
        await enter(page);
        await tab_to(page, `a.button[href$="${name}"]`);
        await enter(page);
        await tab_to(page, "#f-name");
        await page.keyboard.type("demo");
        await tab_to(page, "#f-password");
        await page.keyboard.type(PEOPLE.demo);
        await enter(page);
        for (const [field, value] of [["name", "K. Board"], ["street", "1 Tab Lane"], ["city", "Exampleton"],
            ["postal_code", "10115"], ["country", "DE"], ["phone", "+49.301234567"], ["email", "k@example.com"]]) {
            await tab_to(page, `#f-${field}`);
            await page.keyboard.press("Control+a");
            await page.keyboard.type(value);
        }
        await enter(page);
        await tab_to(page, "button[data-once]");
        await enter(page);
        await until_done(page);
        assert.equal(await heading(page), name);
    });

    await check("a double click on the order's button makes one order", {as: "demo"}, async page => {
        const name = fresh();
        await to_answers(page, name);
        await Promise.all([page.waitForURL(/\/orders\/\d+$/), page.dblclick("button[data-once]")]);
        await until_done(page);
        assert.equal(await orders_of(page, name), 1);
    });

    await check("the same form sent five times at once makes one order and one charge", {as: "buyer"},
        async (page, context) => {
            const name = fresh();
            await to_answers(page, name);
            const form = await fields_of(page, "form[action='/register/confirm']");
            const before = parseFloat(await available(page));
            const replies = await Promise.all(Array.from({length: 5}, () =>
                context.request.post("/register/confirm", {form, maxRedirects: 0})));
            assert.deepEqual(replies.map(r => r.status()), [303, 303, 303, 303, 303]);
            const places = new Set(replies.map(r => r.headers().location));
            assert.equal(places.size, 1);
            await page.goto([...places][0]);
            await until_done(page);
            assert.equal(await orders_of(page, name), 1);
            assert.equal(before - parseFloat(await available(page)), 9);
        });

    await check("a name typed as it is written in its language is bought and shown so", {as: "demo"}, async page => {
        const name = fresh("alt", "bücher");
        await page.goto("/");
        await page.fill("#f-name", name.toUpperCase());
        await press(page, "Search");
        await follow(page, page.locator("tbody tr").first().locator("a"));
        await fill_registrant(page);
        await press(page, "Continue");
        await press(page, "Order for");
        await until_done(page);
        assert.match(await heading(page), new RegExp(`^${name}\\s+xn--`));
        await page.goto("/domains");
        assert.match(await page.innerText("main"), new RegExp(name));
    });

    await check("a name of 63 letters is bought and shown whole", {as: "demo"}, async page => {
        const name = "l".repeat(63 - 7) + Math.random().toString(36).slice(2, 9).padEnd(7, "0") + ".example";
        await buy(page, name);
        await until_done(page);
        assert.equal(await heading(page), name);
    });

    await check("a balance that is too small is said before ordering, and nothing is ordered", {as: "poor"},
        async (page, context) => {
            const name = fresh();
            await to_answers(page, name);
            assert.match(await page.innerText("main"), /Your balance does not cover this/);
            assert.match(await page.innerText("main"), /5\.00 EUR/);
            assert.equal(await page.locator("button[data-once]").count(), 0);
            const form = await fields_of(page, "main form[action='/register']");
            const r = await context.request.post("/register/confirm",
                {form: {...form, key: "k".repeat(32), price: "900"}, maxRedirects: 0});
            assert.equal(r.status(), 402);
            assert.match(await r.text(), /9\.00 EUR/);
            assert.equal(await orders_of(page, name), 0);
            assert.equal(await available(page), "5.00 EUR");
        });

    await check("a price other than the one agreed to is not charged", {as: "demo"}, async (page, context) => {
        const name = fresh();
        await to_answers(page, name);
        const form = await fields_of(page, "form[action='/register/confirm']");
        const r = await context.request.post("/register/confirm", {form: {...form, price: "800"}, maxRedirects: 0});
        assert.ok(r.status() >= 400 && r.status() < 500, `status ${r.status()}`);
        assert.match(await r.text(), /There is a problem[^]*Check your answers[^]*Order for 9\.00 EUR/);
        assert.equal(await orders_of(page, name), 0);
    });

    await check("a name that was taken while one was typing is refused with a message", {as: "demo"},
        async (page, context) => {
            const name = fresh();
            await to_answers(page, name);
            const second = await context.newPage();
            await buy(second, name);
            await until_done(second);
            await press(page, "Order for");
            assert.match((await errors(page)).join(), /registered|taken|exists|yours|already/i);
            assert.equal(await orders_of(page, name), 1);
        });

    await check("who signs out in one window is asked to sign in before ordering in another", {},
        async (page, context) => {
            const name = fresh();
            await sign_in(page, "demo");
            await to_answers(page, name);
            const second = await context.newPage();
            await second.goto("/");
            await follow(second, second.locator(".signout button"));
            await press(page, "Order for");
            assert.equal(await heading(page), "Sign in");
            await sign_in(page, "demo");
            assert.equal(await orders_of(page, name), 0);
        });
});
