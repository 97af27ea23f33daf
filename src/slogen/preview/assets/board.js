/* Draws the charts of a preview; everything else on the page is there without it. */
"use strict";
(() => {
  const PALETTE = ["#5794f2", "#73bf69", "#ff9830", "#b877d9", "#f2495c", "#37872d", "#8ab8ff", "#c4162a", "#fade2a", "#00a3a3"];
  const charts = [];
  const probe = document.body.appendChild(document.createElement("i"));

  /* A colour of the style sheet as the canvas understands it, for light and dark. */
  function color(name) {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  }

  function shown(value, unit) {
    if (value == null) return "";
    const digits = (v) => String(Number(v.toPrecision(3)));
    const seconds = (s) => {
      const sizes = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
      const size = sizes.find(([n]) => Math.abs(s) >= n);
      return s === 0 ? "0 s" : size ? digits(s / size[0]) + " " + size[1] : digits(s * 1000) + " ms";
    };
    switch (unit) {
      case "percentunit": return Number((value * 100).toPrecision(6)) + "%";
      case "s": return seconds(value);
      case "ms": return seconds(value / 1e3);
      case "\u00b5s": return seconds(value / 1e6);
      case "reqps": return digits(value) + " req/s";
      case "cps": return digits(value) + " /s";
      default: return digits(value);
    }
  }

  /* Thresholds as dashed lines, where they fall into the chart. */
  function marks(list) {
    return (u) => {
      const { left, top, width, height } = u.bbox;
      for (const mark of list) {
        const y = u.valToPos(mark.value, "y", true);
        if (y < top || y > top + height) continue;
        u.ctx.save();
        u.ctx.strokeStyle = color(mark.color);
        u.ctx.setLineDash([6, 4]);
        u.ctx.beginPath();
        u.ctx.moveTo(left, y);
        u.ctx.lineTo(left + width, y);
        u.ctx.stroke();
        u.ctx.restore();
      }
    };
  }

  function scale(data) {
    return (_, low, high) => {
      const least = data.low == null ? low : Math.min(low, data.low);
      const most = data.high == null ? high : Math.max(high, data.high);
      const pad = (most - least || Math.abs(most) || 1) * 0.05;
      return [data.low != null && low >= data.low ? least : least - pad, data.high != null && high <= data.high ? most : most + pad];
    };
  }

  function draw(place) {
    const data = JSON.parse(place.nextElementSibling.textContent);
    const buttons = [...place.parentElement.querySelectorAll(".legend button")];
    const outputs = buttons.map((button) => button.querySelector("output"));
    const last = outputs.map((output) => output.textContent);
    const axis = { stroke: () => color("soft"), grid: { stroke: () => color("line") }, ticks: { stroke: () => color("line") } };
    const clock = (format) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...format });
    const [day, minute] = [clock({ day: "2-digit", month: "short" }), clock({ hour: "2-digit", minute: "2-digit" })];
    const moments = (_, ticks) => ticks.map((tick) => (tick % 86400 ? minute : day).format(tick * 1000));
    const options = {
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      width: place.clientWidth, height: Math.max(150, place.clientHeight), legend: { show: false },
      cursor: { sync: { key: "time" }, drag: { x: true, y: false } },
      scales: { x: { time: true }, y: { range: scale(data) } },
      axes: [{ ...axis, values: moments }, { ...axis, size: 70, values: (_, ticks) => ticks.map((tick) => shown(tick, data.unit)) }],
      series: [{}, ...data.lines.map((line, n) => ({ label: line.name, stroke: PALETTE[n % PALETTE.length], width: 1.5 }))],
      hooks: {
        draw: [marks(data.marks)],
        setCursor: [(u) => outputs.forEach((output, n) => {
          output.textContent = u.cursor.idx == null ? last[n] : shown(data.lines[n].values[u.cursor.idx], data.unit);
        })],
      },
    };
    const chart = new uPlot(options, [data.times, ...data.lines.map((line) => line.values)], place);
    buttons.forEach((button, n) => {
      button.querySelector("i").style.background = PALETTE[n % PALETTE.length];
      button.addEventListener("click", () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(on));
        chart.setSeries(n + 1, { show: on });
      });
    });
    place.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = Math.min(data.times.length - 1, Math.max(0, (chart.cursor.idx ?? data.times.length) + step));
      chart.setCursor({ left: chart.valToPos(data.times[at], "x"), top: 10 });
    });
    charts.push({ chart, place });
  }

  /* A chart in a closed row has no size: it is drawn when its row is first opened. */
  const waiting = new Set(document.querySelectorAll(".chart"));
  function drawOpen() {
    for (const place of waiting) {
      if (!place.clientWidth) continue;
      waiting.delete(place);
      draw(place);
    }
  }
  document.querySelectorAll("main > details").forEach((row) => row.addEventListener("toggle", drawOpen));
  drawOpen();
  new ResizeObserver(() => {
    for (const { chart, place } of charts) {
      if (place.clientWidth && place.clientWidth !== chart.width) chart.setSize({ width: place.clientWidth, height: chart.height });
    }
  }).observe(document.body);

  function turn() {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    charts.forEach(({ chart }) => chart.redraw(false, true));
  }
  document.getElementById("theme").addEventListener("click", turn);
  document.addEventListener("keydown", (event) => {
    if (event.key === "t" && !event.ctrlKey && !event.metaKey && !event.altKey) turn();
  });
})();
