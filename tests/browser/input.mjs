/* Wrong input: each mistake is named at its field, linked from the top, and nothing typed is lost. */
import assert from "node:assert/strict";
import {cases, check, errors, fill_registrant, fresh, heading, press, orders_of, REGISTRANT} from "./lib.mjs";

const WRONG = {name: "", street: "", city: "", postal_code: "x".repeat(40), country: "Germany", phone: "12 34",
    email: "nobody"};

/* Every field that is wrong has its message, tied to the control, and a link in the summary that leads to it. */
async function assert_wrong(page, fields) {
    assert.match(await page.title(), /^Error: /);
    assert.equal(await page.evaluate(() => document.activeElement.id), "errors", "the summary has the focus");
    for (const f of fields) {
        const control = page.locator(`#f-${f}`);
        assert.equal(await control.getAttribute("aria-invalid"), "true", f);
        const described = (await control.getAttribute("aria-describedby")).split(" ");
        assert.ok(described.includes(`e-${f}`), f);
        const message = (await page.innerText(`#e-${f}`)).replace(/^Error:\s*/, "");
        const link = page.locator(`#errors a[href="#f-${f}"]`);
        assert.equal(await link.innerText(), message);
        await link.click();
        assert.equal(await page.evaluate(() => document.activeElement.id), `f-${f}`, `the link leads to ${f}`);
    }
    assert.equal(await page.locator("[aria-invalid]").count(), fields.length);
}

async function search(page, typed) {
    await page.goto("/");
    await page.fill("#f-name", typed);
    await press(page, "Search");
}

await cases(async () => {
    await check("each wrong field of the registrant has its message and link, and what was typed stays", {as: "demo"},
        async page => {
            await page.goto(`/register?domain=${fresh()}`);
            await fill_registrant(page, WRONG);
            await page.fill("#f-org", "Kept & <b>Sons</b> \"Ltd\"");
            await page.fill("#f-state", "Kept state");
            await page.selectOption("#f-years", "3");
            await press(page, "Continue");
            await assert_wrong(page, Object.keys(WRONG));
            for (const [field, value] of Object.entries(WRONG))
                assert.equal(await page.inputValue(`#f-${field}`), value);
            assert.equal(await page.inputValue("#f-org"), "Kept & <b>Sons</b> \"Ltd\"");
            assert.equal(await page.inputValue("#f-state"), "Kept state");
            assert.equal(await page.inputValue("#f-years"), "3");
        });

    await check("each field wrong by itself is the only one complained of", {as: "demo"}, async page => {
        await page.goto(`/register?domain=${fresh()}`);
        for (const [field, value] of Object.entries(WRONG)) {
            await fill_registrant(page, {...REGISTRANT, [field]: value});
            await press(page, "Continue");
            await assert_wrong(page, [field]);
            assert.equal((await errors(page)).length, 1);
        }
    });

    await check("a field of 10,000 bytes is refused at the field, and the others stay", {as: "demo"}, async page => {
        const name = fresh();
        for (const field of ["name", "email"]) {
            await page.goto(`/register?domain=${name}`);
            await fill_registrant(page, {...REGISTRANT, [field]: "ä".repeat(5000)});
            await press(page, "Continue");
            await assert_wrong(page, [field]);
            for (const other of Object.keys(REGISTRANT).filter(f => f !== field))
                assert.equal(await page.inputValue(`#f-${other}`), REGISTRANT[other]);
        }
        const all = Object.fromEntries(Object.keys(REGISTRANT).map(f => [f, "x".repeat(10000)]));
        await fill_registrant(page, all);
        await press(page, "Continue");
        await assert_wrong(page, Object.keys(all));
        assert.equal(await orders_of(page, name), 0);
    });

    await check("what is typed is shown as text, never run", {as: "demo"}, async page => {
        const evil = "<img src=x onerror=alert(1)><script>alert(2)</script>'\"&amp;";
        page.on("dialog", () => assert.fail("a script ran"));
        await page.goto(`/register?domain=${fresh()}`);
        await fill_registrant(page, {...REGISTRANT, name: evil});
        await press(page, "Continue");
        assert.ok((await page.innerText("main")).includes(evil));
        await press(page, "Change these details");
        assert.equal(await page.inputValue("#f-name"), evil);
        await search(page, evil);
        assert.equal(await page.inputValue("#f-name"), evil);
    });

    await check("details can be changed once more before ordering", {as: "demo"}, async page => {
        await page.goto(`/register?domain=${fresh()}`);
        await fill_registrant(page, {...REGISTRANT, city: "Elsewhere"});
        await press(page, "Continue");
        await press(page, "Change these details");
        assert.equal(await heading(page), "Who is the registrant?");
        assert.equal(await page.inputValue("#f-city"), "Elsewhere");
        assert.equal(await page.locator("#errors").count(), 0);
    });

    await check("a search for a name that cannot be says what is wrong, and keeps it", {}, async page => {
        for (const [typed, message] of [
            ["a_b.test", /only letters, digits and hyphens/],
            ["ab-.test", /hyphen/],
            [`${"a".repeat(64)}.test`, /63/],
            ["p\u0430ypal.test", /mixes the scripts (Cyrillic and Latin|Latin and Cyrillic)/],
            ["a b.test", /only letters, digits and hyphens/],
            ["a".repeat(3000), /63|long/],
        ]) {
            await search(page, typed);
            assert.match(await page.innerText("#e-name"), message);
            assert.equal(await page.inputValue("#f-name"), typed);
            assert.equal(await page.locator(".offers").count(), 0);
            assert.match(await page.title(), /^Error: /);
            assert.equal(await page.getAttribute("#f-name", "aria-invalid"), "true");
        }
    });

    await check("a name that is taken is shown as taken, without a button", {}, async page => {
        await search(page, "others.test");
        const row = page.locator("tbody tr", {hasText: "others.test"});
        assert.match(await row.innerText(), /taken/);
        assert.equal(await row.locator("a").count(), 0);
        assert.ok(await page.locator("tbody tr", {hasText: "available"}).count() > 0);
    });

    await check("a whole name under a TLD that is not sold offers those that are", {}, async page => {
        await search(page, `${fresh("com")}`);
        assert.equal(await page.locator("tbody tr", {hasText: "available"}).count(), 4);
        assert.match(await page.innerText("#e-name"), /com/);
    });

    await check("a word is offered under every TLD on sale", {}, async page => {
        await search(page, fresh("").replace(".", ""));
        const rows = await page.locator("tbody th").allInnerTexts();
        assert.deepEqual(rows.map(r => r.trim().split(".").pop()).sort(), ["alt", "example", "invalid", "test"]);
    });

    await check("an address that makes no sense gets a friendly page", {as: "demo"}, async page => {
        for (const [path, status] of [["/register?domain=a_b.test", 400], ["/register?domain=x.com", 400],
            ["/register", 400], ["/orders/abc", 404], ["/orders/99999999999999999999", 404], ["/zones/%00", 400],
            ["/domains/%FF%FE", 400], ["/nothing/here", 404], [`/${"a".repeat(9000)}`, 414],
            [`/?name=${"a".repeat(10000)}`, 414], ["/register/confirm", 405]]) {
            const r = await page.goto(path);
            assert.equal(r.status(), status, path.slice(0, 40));
            assert.ok((await heading(page)).length > 5);
            assert.match(await page.innerText("main"), new RegExp(`Status ${r.status()}`));
        }
    });
});
