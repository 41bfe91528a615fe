// Keeps the figures of the now page fresh. The page is complete without it,
// and a failed request changes nothing but the ages, which go on growing.
"use strict";
(() => {
  const main = document.querySelector("[data-live]");
  if (!main || !window.fetch) return;
  const EVERY = 10_000;
  const STALE = 300;
  let ahead = null; // the server's clock minus this one, in ms

  const find = (name) => document.querySelector(`[${name}]`);
  const write = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  const age = (seconds) => {
    if (seconds < 2) return "just now";
    if (seconds < 60) return `${Math.floor(seconds)} s ago`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
    if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ago`;
    return `${Math.floor(seconds / 86400)} days ago`;
  };
  const power = (watts) => {
    const size = Math.abs(watts);
    if (size < 1000) return [String(size), "W"];
    return [(size / 1000).toFixed(size < 9995 ? 2 : 1), "kW"];
  };
  const register = (value) =>
    `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, "0")}`;
  const money = (pence) => (pence < 99.995 ? `${pence.toFixed(2)}p` : `£${(pence / 100).toFixed(2)}`);

  const heading = (watts, stale) => {
    if (watts > 0) return stale ? "Was using" : "Using now";
    if (watts < 0) return stale ? "Was sending to the grid" : "Sending to the grid";
    return stale ? "Was using nothing" : "Using nothing now";
  };

  const seconds = (element) =>
    (Date.now() + ahead - Date.parse(element.getAttribute("datetime"))) / 1000;

  let watts = null;
  const grow = () => {
    if (ahead === null) return;
    for (const time of document.querySelectorAll("main time[datetime]")) {
      write(time, age(seconds(time)));
    }
    const card = find("data-power");
    const at = find("data-age");
    if (!card || !at || watts === null) return;
    const stale = seconds(at) > STALE;
    const way = watts > 0 ? "import" : watts < 0 ? "export" : "idle";
    card.className = `power card ${way}${stale ? " stale" : ""}`;
    write(find("data-power-heading"), heading(watts, stale));
    const rate = Number(card.getAttribute("data-rate"));
    const cost = rate > 0 && watts > 0 && !stale;
    write(find("data-power-cost"), cost ? `about ${money((rate * watts) / 1e6)} an hour at this price` : "");
  };

  const show = (live) => {
    const electricity = live.electricity || {};
    if (Number.isInteger(electricity.watts) && live.at) {
      watts = electricity.watts;
      const [number, unit] = power(watts);
      write(find("data-power-number"), number);
      write(find("data-power-unit"), unit);
      const at = find("data-age");
      if (at) at.setAttribute("datetime", live.at);
      const since = document.querySelector(".power .since");
      if (since && at && seconds(at) <= STALE) since.remove();
    }
    const fill = (name, value, unit) => {
      if (Number.isInteger(value)) {
        write(document.querySelector(`[data-fill="${name}"]`), `${register(value)} ${unit}`);
      }
    };
    fill("import", electricity.import_wh, "kWh");
    fill("export", electricity.export_wh, "kWh");
    fill("litres", (live.gas || {}).litres, "m³");
    const date = (selector, at) => {
      const time = document.querySelector(selector);
      if (time && at) time.setAttribute("datetime", at);
    };
    if (Number.isInteger(electricity.import_wh)) date('[data-read="electricity"]', live.at);
    date('[data-read="gas"]', (live.gas || {}).at);
    date("[data-seen]", (live.device || {}).last_seen);
  };

  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(main.getAttribute("data-live"), {
        headers: { accept: "application/json" },
        signal: AbortSignal.timeout ? AbortSignal.timeout(8000) : undefined,
      });
      if (answer.ok) {
        const served = Date.parse(answer.headers.get("date") || "");
        ahead = Number.isNaN(served) ? 0 : served - Date.now();
        show(await answer.json());
      }
    } catch {
      // The next round tries again.
    }
    grow();
  };

  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
})();
