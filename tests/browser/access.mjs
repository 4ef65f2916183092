/* Who may do what: signing in and out, forms of others, things of others. */
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {available, buy, cases, check, errors, fields_of, follow, fresh, heading, orders_of, press, sign_in, to_answers,
    until_done, PEOPLE} from "./lib.mjs";

const ROUTES = readFileSync(new URL("../../web/routes.c", import.meta.url), "utf8");
const POSTS = [...ROUTES.matchAll(/\{"POST", "(\/[^"]*)", AUTH_(?:SESSION|VISITOR)/g)].map(m => m[1]);

await cases(async () => {
    await check("a wrong password is said, and the login name stays", {}, async page => {
        for (const [name, password] of [["keeper", "wrong"], ["nobody", PEOPLE.keeper], ["keeper", ""],
            ["", ""], ["keeper", "x".repeat(10000)]]) {
            await page.goto("/login");
            await page.fill("#f-name", name);
            await page.fill("#f-password", password);
            await press(page, "Sign in");
            const said = await errors(page);
            assert.equal(said.length, 1);
            assert.match(said[0], /^The login name or the password is wrong/);
            assert.equal(await page.inputValue("#f-name"), name);
            assert.equal(await page.inputValue("#f-password"), "", "a password is never sent back");
            assert.equal((await page.context().cookies()).filter(c => /session/.test(c.name)).length, 0);
        }
    });

    await check("signing in leads to the page that was wanted, and never to another site", {}, async page => {
        await page.goto("/zones?after=a.test");
        assert.equal(await heading(page), "Sign in");
        await page.fill("#f-name", "demo");
        await page.fill("#f-password", "wrong at first");
        await press(page, "Sign in");
        await page.fill("#f-password", PEOPLE.demo);
        await press(page, "Sign in");
        assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/zones?after=a.test");
        for (const next of ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]) {
            await page.goto(`/login?next=${encodeURIComponent(next)}`);
            assert.equal(new URL(page.url()).pathname, "/", next);
        }
    });

    await check("the session's cookie is out of reach for scripts and other sites, and new at each signing in", {},
        async (page, context) => {
            const tokens = [];
            for (let i = 0; i < 2; i++) {
                await sign_in(page, "demo");
                const cookie = (await context.cookies()).find(c => c.value.length === 64 && c.name !== "form");
                assert.ok(cookie.httpOnly);
                assert.equal(cookie.sameSite, "Lax");
                assert.equal(await page.evaluate(() => document.cookie), "");
                tokens.push(cookie.value);
                await follow(page, page.locator(".signout button"));
            }
            assert.notEqual(tokens[0], tokens[1]);
        });

    await check("signing out ends the session, for the Back button and for a kept cookie too", {},
        async (page, context) => {
            await sign_in(page, "demo");
            await page.goto("/account");
            const kept = await context.cookies();
            await follow(page, page.locator(".signout button"));
            assert.equal(await page.locator(".who").count(), 0);
            await page.goBack();
            assert.equal(await heading(page), "Sign in");
            await context.addCookies(kept);
            await page.goto("/account");
            assert.equal(await heading(page), "Sign in");
        });

    await check("every page of a customer asks for signing in", {}, async page => {
        for (const path of ["/register?domain=x.test", "/orders", `/orders/${process.env.OTHERS_ORDER}`, "/domains",
            "/domains/others.test", "/domains/others.test/renew", "/domains/others.test/delete", "/zones",
            "/zones/others.test", "/zones/others.test/export", "/zones/others.test/records/new?kind=A", "/account",
            `/orders/${process.env.OTHERS_ORDER}/live`, "/zones/others.test/live"]) {
            await page.goto(path);
            assert.equal(await heading(page), "Sign in", path);
            assert.equal(new URL(page.url()).searchParams.get("next"), path);
        }
    });

    await check("what belongs to another account is not found", {as: "demo"}, async page => {
        for (const path of [`/orders/${process.env.OTHERS_ORDER}`, `/orders/${process.env.OTHERS_ORDER}/live`,
            "/domains/others.test", "/domains/others.test/renew", "/domains/others.test/delete", "/zones/others.test",
            "/zones/others.test/live", "/zones/others.test/export", "/zones/others.test/records/new?kind=A",
            "/zones/others.test/records/edit?name=others.test&type=NS",
            "/zones/others.test/records/delete?name=others.test&type=NS"]) {
            const r = await page.goto(path);
            assert.equal(r.status(), 404, path);
            assert.ok(!(await page.content()).includes("Demo Person"), path);
        }
    });

    await check("what belongs to another account cannot be changed, even with a good token", {as: "demo"},
        async (page, context) => {
            await page.goto("/");
            const csrf = await page.inputValue("input[name=csrf]");
            for (const [path, form] of [
                ["/domains/others.test/renew", {key: "k".repeat(32), years: "1", year_price: "900"}],
                ["/domains/others.test/delete", {key: "k".repeat(32)}],
                ["/zones/others.test/records/new", {kind: "A", name: "x", values: "192.0.2.1", ttl: "300"}],
                ["/zones/others.test/records/edit",
                    {kind: "A", name: "x.others.test", old_values: "", old_ttl: "300", values: "192.0.2.1", ttl: "300"}],
                ["/zones/others.test/records/delete", {name: "others.test", type: "MX"}]]) {
                const r = await context.request.post(path, {form: {csrf, ...form}, maxRedirects: 0});
                assert.equal(r.status(), 404, path);
            }
            assert.equal(await orders_of(page, "others.test"), 0);
        });

    await check("no form is taken without its token, or with another's", {}, async (page, context) => {
        await sign_in(page, "keeper");
        const name = fresh();
        await buy(page, name);
        await until_done(page);
        const money = await available(page);
        const own = await page.inputValue("input[name=csrf]");
        const stranger = await (await context.browser().newContext({baseURL: process.env.WEB_URL})).newPage();
        await sign_in(stranger, "other");
        const others = await stranger.inputValue("input[name=csrf]");
        await stranger.context().close();
        assert.ok(POSTS.length >= 9, `the routes have ${POSTS}`);
        for (const path of POSTS.map(p => p.replace("{name}", name)))
            for (const csrf of [undefined, "", own.slice(1), others, own.toUpperCase()]) {
                const form = {name, kind: "A", type: "SOA", domain: name, years: "1", key: "k".repeat(32), price: "900",
                    year_price: "900"};
                const r = await context.request.post(path,
                    {form: csrf === undefined ? form : {...form, csrf}, maxRedirects: 0});
                const text = await r.text();
                assert.equal(r.status(), 403, `${path} with ${csrf}`);
                assert.match(text, /<h1>That is not possible<\/h1>/);
                assert.match(text, /Nothing was done/);
            }
        assert.equal(await available(page), money);
        assert.equal(await orders_of(page, name), 1);
    });

    await check("a form whose token was spoilt is refused in the browser with a page that says what to do", {as: "demo"},
        async page => {
            const name = fresh();
            await to_answers(page, name);
            await page.$eval("form[action='/register/confirm'] input[name=csrf]", i => { i.value = "spoilt"; });
            await press(page, "Order for");
            assert.equal(await heading(page), "That is not possible");
            assert.match(await page.innerText("main"), /go back, load the page again/);
            assert.equal(await orders_of(page, name), 0);
        });

    await check("another site's form is refused whatever it brings", {as: "demo"}, async (page, context) => {
        const name = fresh();
        await to_answers(page, name);
        const form = await fields_of(page, "form[action='/register/confirm']");
        for (const headers of [{"Sec-Fetch-Site": "cross-site"}, {"Content-Type": "text/plain"}]) {
            const r = await context.request.post("/register/confirm", {form, headers, maxRedirects: 0});
            assert.ok([403, 415].includes(r.status()), `status ${r.status()}`);
        }
        assert.equal(await orders_of(page, name), 0);
    });

    await check("a form of two megabytes gets a page that says so", {as: "demo"}, async (page, context) => {
        const r = await context.request.post("/register", {form: {domain: "x".repeat(2000000)}});
        assert.equal(r.status(), 413);
        assert.match(await r.text(), /<h1>That was too much<\/h1>/);
    });
});
