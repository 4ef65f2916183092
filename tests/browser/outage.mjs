/* The database has gone: what people see then. tests/browser/run has ended it before. */
import assert from "node:assert/strict";
import {cases, check, heading} from "./lib.mjs";

await cases(async () => {
    await check("without the database each page says so, calmly, with a look of its own", {}, async page => {
        for (const path of ["/", "/login", "/orders", "/zones/a.test"]) {
            const r = await page.goto(path);
            assert.equal(r.status(), 503, path);
            assert.ok(Number(r.headers()["retry-after"]) > 0);
            assert.equal(await heading(page), "Not available just now");
            assert.match(await page.innerText("main"), /Your domains answer as before/);
            assert.ok(!/SQL|socket|mariadb/i.test(await page.innerText("body")), "nothing of our inside is shown");
            assert.equal(await page.evaluate(() => document.styleSheets.length), 1);
            assert.equal(await page.evaluate(() => document.documentElement.scrollWidth
                <= document.documentElement.clientWidth), true);
        }
    });
});
