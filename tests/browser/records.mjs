/* Records of every kind on the zone's page: added, changed, deleted, refused; and the four name servers say so. */
import assert from "node:assert/strict";
import {Resolver} from "node:dns/promises";
import {buy, cases, check, errors, follow, fresh, heading, press, until_done, while_server_sleeps} from "./lib.mjs";

const SERVERS = process.env.DNS_ADDRS.split(" ");

/* kind, name, what is typed, what is shown, what it is changed to, what it must not be */
const KINDS = [
    ["A", "www", "192.0.2.1\n192.0.2.2", ["192.0.2.1", "192.0.2.2"], "192.0.2.3", "192.0.2.x"],
    ["AAAA", "www", "2001:db8::1", ["2001:db8::1"], "2001:db8::2", "2001:db8:::1"],
    ["CNAME", "shop", "shop.example.net.", ["shop.example.net."], "store.example.net.", "shop..example.net."],
    ["MX", "", "10 mail.example.net.", ["10 mail.example.net."], "20 mx.example.net.", "mail.example.net."],
    ["TXT", "", "\"v=spf1 -all\"", ["v=spf1 -all"], "\"v=spf1 mx -all\"", `"${"x".repeat(10000)}`],
    ["NS", "below", "ns1.example.net.\nns2.example.net.", ["ns1.example.net.", "ns2.example.net."], "ns3.example.net.",
        "192.0.2.1 x"],
    ["SRV", "_sip._tcp", "10 60 5060 sip.example.net.", ["10 60 5060 sip.example.net."], "5 0 5061 sips.example.net.",
        "10 60 99999 sip.example.net."],
    ["CAA", "", "0 issue \"ca.example.net\"", ["ca.example.net"], "0 issue \";\"", "0 issue"],
];

async function everywhere(what, ask, expected) {
    const seen = {};
    for (let i = 0; i < 100; i++) {
        for (const addr of SERVERS) {
            const resolver = new Resolver({timeout: 2000, tries: 2});
            resolver.setServers([addr]);
            seen[addr] = await ask(resolver).then(a => a.sort(), e => e.code);
        }
        if (Object.values(seen).every(a => JSON.stringify(a) === JSON.stringify(expected)))
            return;
        await new Promise(done => setTimeout(done, 50));
    }
    assert.fail(`${what}: ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`);
}

async function start_adding(page, zone, kind) {
    await page.goto(`/zones/${zone}`);
    await page.selectOption("#f-kind", kind);
    await press(page, "Continue");
}

function row(page, name, type) {
    return page.locator("table.records tbody tr").filter({has: page.locator("th", {hasText: new RegExp(`^${name}$`)})})
        .filter({has: page.locator("td", {hasText: new RegExp(`^${type}$`)})});
}

async function in_sync(page) {
    await page.waitForSelector("#live[data-moving=no]");
    const states = await page.locator("#live table tbody tr td:last-child").allInnerTexts();
    assert.deepEqual(states, ["in sync", "in sync", "in sync", "in sync"]);
}

await cases(async () => {
    const zone = fresh();
    await check("a zone begins with what the service keeps, in sync on all four", {as: "demo"}, async page => {
        await buy(page, zone);
        await until_done(page);
        await follow(page, page.locator(".notice a"));
        assert.equal(await heading(page), zone);
        assert.equal(await page.locator("table.records tbody tr").count(), 2);
        assert.equal(await page.locator("table.records tbody a").count(), 0, "SOA and NS are not to be edited");
        await in_sync(page);
    });

    for (const [kind, name, typed, shown, changed, wrong] of KINDS)
        await check(`records of type ${kind}: refused with what was typed, added, changed, seen, deleted`, {as: "demo"},
            async page => {
                const owner = name || "@";
                await start_adding(page, zone, kind);
                await page.fill("#f-name", name);
                await page.fill("#f-values", wrong);
                await page.fill("#f-ttl", "600");
                await press(page, "Add it");
                assert.equal(await page.getAttribute("#f-values", "aria-invalid"), "true");
                assert.equal((await errors(page)).length, 1);
                assert.equal(await page.inputValue("#f-values"), wrong);
                assert.equal(await page.inputValue("#f-name"), name);
                assert.equal(await page.inputValue("#f-ttl"), "600");
                await page.fill("#f-values", typed);
                await press(page, "Add it");
                for (const value of shown)
                    assert.ok((await row(page, owner, kind).innerText()).includes(value), value);
                assert.match(await row(page, owner, kind).innerText(), /600 s/);
                await follow(page, row(page, owner, kind).locator("a", {hasText: "Edit"}));
                await page.fill("#f-values", wrong);
                await press(page, "Save");
                assert.equal(await page.inputValue("#f-values"), wrong);
                assert.equal((await errors(page)).length, 1);
                await page.fill("#f-values", changed);
                await press(page, "Save");
                const text = await row(page, owner, kind).innerText();
                assert.ok(text.includes(changed.replace(/^"|"$/g, "")), text);
                await follow(page, row(page, owner, kind).locator("a", {hasText: "Delete"}));
                assert.match(await heading(page), /^Delete /);
                await press(page, "Delete it");
                assert.equal(await row(page, owner, kind).count(), 0);
                await in_sync(page);
            });

    await check("an alias at the apex answers as A on all four servers, and follows its target", {as: "demo"},
        async page => {
            await start_adding(page, zone, "A");
            await page.fill("#f-name", "www");
            await page.fill("#f-values", "192.0.2.1\n192.0.2.2");
            await press(page, "Add it");
            await start_adding(page, zone, "alias-A");
            await page.fill("#f-target", "nowhere..test");
            await press(page, "Add it");
            assert.equal(await page.getAttribute("#f-target", "aria-invalid"), "true");
            assert.equal(await page.inputValue("#f-target"), "nowhere..test");
            await page.fill("#f-target", "www");
            await press(page, "Add it");
            assert.match(await row(page, "@", "A").innerText(), new RegExp(`alias of www.${zone}`));
            await everywhere("the alias", r => r.resolve4(zone), ["192.0.2.1", "192.0.2.2"]);
            await follow(page, row(page, "www", "A").locator("a", {hasText: "Edit"}));
            await page.fill("#f-values", "192.0.2.9");
            await press(page, "Save");
            await everywhere("the alias follows", r => r.resolve4(zone), ["192.0.2.9"]);
            await in_sync(page);
            assert.match(await page.innerText("#live"), /A 192\.0\.2\.9/);
            await follow(page, row(page, "@", "A").locator("a", {hasText: "Delete"}));
            assert.match(await page.innerText("main"), /alias of www/);
            await press(page, "Delete it");
            await everywhere("the alias is gone", r => r.resolve4(zone), "ENODATA");
        });

    await check("a record where it must not stand is refused with the reason", {as: "demo"}, async page => {
        for (const [kind, name, values, message] of [
            ["CNAME", "www", "shop.example.net.", /cannot stand beside/], ["CNAME", "", "shop.example.net.", /./],
            ["A", "www", "192.0.2.7", /exist|already|there is/i], ["A", "www.elsewhere.example.", "192.0.2.7", /./],
            ["A", "a..b", "192.0.2.7", /./], ["A", "x".repeat(64), "192.0.2.7", /63/]]) {
            await start_adding(page, zone, kind);
            await page.fill("#f-name", name);
            await page.fill("#f-values", values);
            await press(page, "Add it");
            const said = (await errors(page)).join();
            assert.match(said, message, `${kind} ${name}: ${said}`);
            assert.equal(await page.inputValue("#f-values"), values);
            assert.equal(await page.inputValue("#f-name"), name);
        }
    });

    await check("a time to live that is no number is refused at its field", {as: "demo"}, async page => {
        for (const ttl of ["soon", "-1", "99999999999", ""]) {
            await start_adding(page, zone, "A");
            await page.fill("#f-name", "ttl");
            await page.fill("#f-values", "192.0.2.1");
            await page.fill("#f-ttl", ttl);
            await press(page, "Add it");
            assert.match(await page.innerText("#e-ttl"), /number of seconds/);
            assert.equal(await page.inputValue("#f-ttl"), ttl);
        }
    });

    await check("who changes what somebody else has just changed is told, and overwrites nothing", {as: "demo"},
        async (page, context) => {
            const second = await context.newPage();
            for (const p of [page, second]) {
                await p.goto(`/zones/${zone}`);
                await follow(p, row(p, "www", "A").locator("a", {hasText: "Edit"}));
            }
            await page.fill("#f-values", "192.0.2.20");
            await press(page, "Save");
            await second.fill("#f-values", "192.0.2.21");
            await press(second, "Save");
            assert.match((await errors(second)).join(), /Somebody has changed/);
            assert.equal(await second.inputValue("#f-values"), "192.0.2.21");
            await everywhere("the first change", r => r.resolve4(`www.${zone}`), ["192.0.2.20"]);
        });

    await check("a change shows as on its way until the last of the four has it, and the page says so by itself",
        {as: "demo"}, async page => {
            await while_server_sleeps(1, async wake => {
                await start_adding(page, zone, "TXT");
                await page.fill("#f-name", "slow");
                await page.fill("#f-values", "\"on its way\"");
                await press(page, "Add it");
                await page.evaluate(() => { window.stayed = true; });
                assert.match(await page.innerText("#live"), /on its way to the name servers/);
                await page.waitForFunction(() => document.querySelectorAll("#live table .tag.good").length === 3);
                assert.equal(await page.locator("#live table .tag.busy").innerText(), "not yet");
                wake();
                await in_sync(page);
            });
            assert.equal(await page.evaluate(() => window.stayed), true);
            assert.equal(await page.textContent("#said"), "All four name servers are in sync.");
        });

    await check("without script the zone's page moves by itself too", {as: "demo", js: false}, async page => {
        await while_server_sleeps(1, async wake => {
            await start_adding(page, zone, "TXT");
            await page.fill("#f-name", "slower");
            await page.fill("#f-values", "\"on its way\"");
            await press(page, "Add it");
            assert.match(await page.innerText("#live"), /on its way to the name servers/);
            wake();
            await in_sync(page);
        });
    });

    await check("the zone can be had as a zone file", {as: "demo"}, async page => {
        await page.goto(`/zones/${zone}`);
        const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Download as a zone file")]);
        assert.equal(download.suggestedFilename(), `${zone}.zone`);
        const {readFileSync} = await import("node:fs");
        assert.match(readFileSync(await download.path(), "utf8"), /www.*\sA\s+192\.0\.2\.20/);
    });
});
