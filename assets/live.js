// Refreshes the figures of the now page. The page is complete without this script.
// A failed request changes only the ages, which keep growing.
"use strict";
(() => {
  const main = document.querySelector("[data-live]");
  if (!main || !window.fetch) return;
  const REFRESH_MS = 10_000;
  const STALE_SECONDS = 300;
  let clockOffset = null; // server clock minus browser clock, in ms

  const find = (attribute) => document.querySelector(`[${attribute}]`);
  const write = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  const ageText = (seconds) => {
    if (seconds < 2) return "just now";
    if (seconds < 60) return `${Math.floor(seconds)} s ago`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
    if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ago`;
    return `${Math.floor(seconds / 86400)} days ago`;
  };
  const powerText = (watts) => {
    const size = Math.abs(watts);
    if (size < 1000) return [String(size), "W"];
    return [(size / 1000).toFixed(size < 9995 ? 2 : 1), "kW"];
  };
  const registerText = (value) =>
    `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, "0")}`;
  const moneyText = (pence) => (pence < 99.995 ? `${pence.toFixed(2)}p` : `£${(pence / 100).toFixed(2)}`);

  const headingText = (watts, stale) => {
    if (watts > 0) return stale ? "Was using" : "Using now";
    if (watts < 0) return stale ? "Was sending to the grid" : "Sending to the grid";
    return stale ? "Was using nothing" : "Using nothing now";
  };

  const secondsSince = (element) =>
    (Date.now() + clockOffset - Date.parse(element.getAttribute("datetime"))) / 1000;

  let watts = null;
  const updateAges = () => {
    if (clockOffset === null) return;
    for (const time of document.querySelectorAll("main time[datetime]")) {
      write(time, ageText(secondsSince(time)));
    }
    const card = find("data-power");
    const at = find("data-age");
    if (!card || !at || watts === null) return;
    const stale = secondsSince(at) > STALE_SECONDS;
    const direction = watts > 0 ? "import" : watts < 0 ? "export" : "idle";
    card.className = `power card ${direction}${stale ? " stale" : ""}`;
    write(find("data-power-heading"), headingText(watts, stale));
    const rate = Number(card.getAttribute("data-rate"));
    const cost = rate > 0 && watts > 0 && !stale;
    write(find("data-power-cost"), cost ? `about ${moneyText((rate * watts) / 1e6)} an hour at this price` : "");
  };

  const update = (live) => {
    const electricity = live.electricity || {};
    if (Number.isInteger(electricity.watts) && live.at) {
      watts = electricity.watts;
      const [number, unit] = powerText(watts);
      write(find("data-power-number"), number);
      write(find("data-power-unit"), unit);
      const at = find("data-age");
      if (at) at.setAttribute("datetime", live.at);
      const since = document.querySelector(".power .since");
      if (since && at && secondsSince(at) <= STALE_SECONDS) since.remove();
    }
    const updateRegister = (name, value, unit) => {
      if (Number.isInteger(value)) {
        write(document.querySelector(`[data-fill="${name}"]`), `${registerText(value)} ${unit}`);
      }
    };
    updateRegister("import", electricity.import_wh, "kWh");
    updateRegister("export", electricity.export_wh, "kWh");
    updateRegister("litres", (live.gas || {}).litres, "m³");
    const setTime = (selector, at) => {
      const time = document.querySelector(selector);
      if (time && at) time.setAttribute("datetime", at);
    };
    if (Number.isInteger(electricity.import_wh)) setTime('[data-read="electricity"]', live.at);
    setTime('[data-read="gas"]', (live.gas || {}).at);
    setTime("[data-seen]", (live.device || {}).last_seen);
  };

  const refresh = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(main.getAttribute("data-live"), {
        headers: { accept: "application/json" },
        signal: AbortSignal.timeout ? AbortSignal.timeout(8000) : undefined,
      });
      if (response.ok) {
        const serverTime = Date.parse(response.headers.get("date") || "");
        clockOffset = Number.isNaN(serverTime) ? 0 : serverTime - Date.now();
        update(await response.json());
      }
    } catch {
      // The next refresh retries.
    }
    updateAges();
  };

  setInterval(refresh, REFRESH_MS);
  document.addEventListener("visibilitychange", refresh);
})();
