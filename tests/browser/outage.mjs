/* The database goes while somebody is signed in: what people see then. Runs alone and last, since it ends it. */
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {cases, check, heading} from "./lib.mjs";

async function assert_calm(page, path) {
    const r = await page.goto(path);
    assert.equal(r.status(), 503, path);
    assert.ok(Number(r.headers()["retry-after"]) > 0);
    assert.equal(await heading(page), "Not available just now");
    const text = await page.innerText("body");
    assert.match(text, /Your domains answer as before/);
    assert.ok(!/SQL|socket|mariadb/i.test(text), `nothing of our inside is shown: ${text}`);
    assert.equal(await page.evaluate(() => document.styleSheets.length), 1);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
}

await cases(async () => {
    await check("with the database gone each page says so, calmly, to who is signed in too", {as: "demo"},
        async (page, context) => {
            await page.goto("/domains");
            process.kill(Number(readFileSync(`${process.env.VAR_DIR}/run/mariadbd.pid`, "utf8")), "SIGKILL");
            for (const path of ["/domains", "/orders", "/zones/a.test", "/account", "/?name=a"])
                await assert_calm(page, path);
            await context.clearCookies();
            for (const path of ["/", "/?name=a"])
                await assert_calm(page, path);
        });
});
