/* A domain's life after the purchase, and the account's books. */
import assert from "node:assert/strict";
import {available, buy, cases, check, errors, follow, fresh, heading, orders_of, press, until_done} from "./lib.mjs";

async function expiry(page, name) {
    await page.goto(`/domains/${name}`);
    return Number(/until \d+ \w+ (\d{4})/.exec(await page.innerText(".lead"))[1]);
}

async function statement(page) {
    await page.goto("/account");
    return page.locator("tbody tr").allInnerTexts();
}

await cases(async () => {
    const name = fresh("example");
    await check("what is bought is on the statement, with its amount and currency", {as: "books"}, async page => {
        const before = parseFloat(await available(page));
        await buy(page, name);
        await until_done(page);
        const row = (await statement(page)).find(r => r.includes(name));
        assert.match(row, /−12\.00 EUR/);
        assert.match(row, /booked/);
        assert.match(row, /\d+ \w{3} \d{4}, \d\d:\d\d UTC/);
        assert.equal(parseFloat(await available(page)), before - 12);
        assert.match(await page.innerText(".facts"), /Set aside for orders under way\s+0\.00 EUR/);
    });

    await check("a domain's page shows what the registry has, and who the registrant is", {as: "books"}, async page => {
        await page.goto("/domains");
        await follow(page, page.locator("tbody a", {hasText: name}).first());
        const text = await page.innerText("main");
        for (const word of ["active", "Registered", "Expires", "Name servers", "fourways-dns.alt", "Demo Person"])
            assert.ok(text.includes(word), word);
        assert.match(text, /UTC/);
    });

    await check("a domain is renewed for two years, and charged once however often the button is pressed", {as: "books"},
        async page => {
            const year = await expiry(page, name);
            const before = parseFloat(await available(page));
            await page.goto(`/domains/${name}/renew`);
            assert.match(await page.innerText("main"), /12\.00 EUR a year/);
            await page.selectOption("#f-years", "2");
            await Promise.all([page.waitForURL(/\/orders\/\d+$/), page.dblclick("button[data-once]")]);
            await until_done(page);
            assert.match(await page.innerText("main"), /Renewal[^]*24\.00 EUR, paid/);
            assert.equal(await expiry(page, name), year + 2);
            assert.equal(parseFloat(await available(page)), before - 24);
            assert.equal(await orders_of(page, name), 2);
        });

    await check("a term beyond the registry's longest is refused with a message", {as: "books"}, async page => {
        await page.goto(`/domains/${name}/renew`);
        await page.selectOption("#f-years", "10");
        await press(page, "Renew");
        if (/\/orders\//.test(page.url())) { /* the registry says no: nothing is charged */
            await page.waitForSelector("#live[data-moving=no]");
            assert.match(await page.innerText(".notice.bad"), /charged nothing/);
        } else
            assert.ok((await errors(page)).length > 0);
    });

    await check("a renewal without a number of years is refused at the form", {as: "books"}, async page => {
        await page.goto(`/domains/${name}/renew`);
        await page.$eval("#f-years option", o => { o.value = "many"; });
        await press(page, "Renew");
        assert.deepEqual(await errors(page), ["Choose for how many years"]);
    });

    await check("a domain is kept where one thinks better of it, and deleted where one means it", {as: "books"},
        async page => {
            await page.goto(`/domains/${name}`);
            await follow(page, page.locator("main a", {hasText: "Delete"}));
            assert.match(await page.innerText("main"), /What was paid is not given back/);
            await follow(page, page.locator("main a", {hasText: "Keep it"}));
            assert.match(await page.innerText(".lead"), /active/);
            await follow(page, page.locator("main a", {hasText: "Delete"}));
            await press(page, "Delete it");
            await until_done(page);
            assert.match(await page.innerText("main"), /Deletion/);
            for (const path of [`/domains/${name}`, `/zones/${name}`])
                assert.equal((await page.goto(path)).status(), 404, path);
            await page.goto("/domains");
            assert.ok(!(await page.innerText("main")).includes(name));
        });

    await check("who has nothing yet is shown the way", {as: "fresh"}, async page => {
        for (const [path, words] of [["/orders", /no orders yet/], ["/domains", /no domains yet/],
            ["/zones", /no zones yet/]]) {
            await page.goto(path);
            assert.match(await page.innerText(".empty"), words);
            await follow(page, page.locator(".empty a"));
            assert.equal(await heading(page), "Find a domain");
        }
        await page.goto("/account");
        assert.match(await page.innerText("main"), /Nothing has been booked yet/);
        assert.equal(await available(page), "0.00 EUR");
    });
});
