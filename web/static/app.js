/* Makes pages nicer where there is script; every page works without it. */
"use strict";

/* A part of the page that moves: asked for again, sooner while it changes, later while it does not. */
(function () {
    const FIRST_MS = 400, MOST_MS = 8000, GROWTH = 1.4;
    let wait = FIRST_MS, last = null;

    async function look() {
        const live = document.getElementById("live");
        if (live === null || live.dataset.moving !== "yes")
            return;
        if (document.hidden) {
            document.addEventListener("visibilitychange", look, {once: true});
            return;
        }
        try {
            const reply = await fetch(live.dataset.live, {credentials: "same-origin", redirect: "manual"});
            if (reply.type === "opaqueredirect") { /* signed out meanwhile */
                location.reload();
                return;
            }
            if (reply.ok)
                show(live, await reply.text());
            else
                wait = Math.min(wait * 2, MOST_MS);
        } catch (e) { /* the network: try again later */
            wait = Math.min(wait * 2, MOST_MS);
        }
        setTimeout(look, wait);
    }

    function show(live, text) {
        wait = text === last ? Math.min(wait * GROWTH, MOST_MS) : FIRST_MS;
        last = text;
        const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("live");
        if (fresh === null)
            return;
        const focused = document.activeElement;
        if (focused !== null && live.contains(focused) && fresh.dataset.moving === "yes")
            return; /* do not take away what somebody is reading or about to press */
        live.replaceChildren(...fresh.childNodes);
        live.dataset.moving = fresh.dataset.moving;
        const said = document.getElementById("said");
        if (said !== null && said.textContent !== fresh.dataset.says)
            said.textContent = fresh.dataset.says; /* heard once for each change, not for each look */
    }

    if (document.getElementById("live") !== null)
        setTimeout(look, wait);
})();

/* After an error: to the list of what is wrong. */
(function () {
    const errors = document.getElementById("errors");
    if (errors !== null)
        errors.focus();
})();

/* A double click is one order anyway; this spares the second request. */
document.addEventListener("submit", function (event) {
    const button = event.target.querySelector("button[data-once]");
    if (button === null)
        return;
    if (button.dataset.once === "sent") {
        event.preventDefault();
        return;
    }
    button.dataset.once = "sent";
    button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", function () {
    for (const button of document.querySelectorAll("button[data-once]")) {
        button.dataset.once = "once";
        button.removeAttribute("aria-disabled");
    }
});
