// Pans and zooms the map; without it the map is a still of the corridor.
(function () {
  const map = document.querySelector(".map"), view = document.getElementById("view");
  if (!map || !view) return;
  const svg = map.querySelector("svg"), box = svg.viewBox.baseVal, least = 0.18, most = 12;
  const labels = [...view.querySelectorAll("[data-from]")], edges = [...view.querySelectorAll(".edge")];
  const stages = [...view.querySelectorAll(".stage,.rival")];
  let x = 0, y = 0, zoom = 1, held = null, reach = 0;
  const show = (all, when) => all.forEach((one) => { one.style.display = when(one) ? "inline" : "none"; });
  function draw() {
    view.setAttribute("transform", `translate(${x} ${y}) scale(${zoom})`);
    view.style.setProperty("--zoom", zoom);
    show(labels, (one) => +one.dataset.from <= zoom + 1e-6 && zoom < +(one.dataset.to || 99) - 1e-6);
    show(edges, () => zoom === 1 && x === 0 && y === 0);
    show(stages, () => zoom >= 0.99);
  }
  function scale(by, at) {
    const next = Math.min(most, Math.max(least, zoom * by)), share = next / zoom;
    x = at[0] - (at[0] - x) * share;
    y = at[1] - (at[1] - y) * share;
    zoom = next;
    draw();
  }
  function home() { x = y = 0; zoom = 1; draw(); }
  function spot(event) {
    const frame = svg.getBoundingClientRect();
    return [(event.clientX - frame.left) * box.width / frame.width, (event.clientY - frame.top) * box.height / frame.height];
  }
  const middle = [box.width / 2, box.height / 2], fingers = new Map();
  map.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !map.matches(":focus-within")) return;
    event.preventDefault();
    scale(Math.exp(-event.deltaY / 400), spot(event));
  }, { passive: false });
  map.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button")) return;
    map.focus({ preventScroll: true });
    map.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, spot(event));
    map.classList.add("held");
  });
  map.addEventListener("pointermove", (event) => {
    const from = fingers.get(event.pointerId);
    if (!from) return;
    const to = spot(event);
    fingers.set(event.pointerId, to);
    if (fingers.size === 1) {
      x += to[0] - from[0];
      y += to[1] - from[1];
      draw();
    } else {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const far = (a) => Math.hypot(a[0] - other[0], a[1] - other[1]);
      scale(far(to) / Math.max(far(from), 1), other);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    map.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      if (!fingers.size) map.classList.remove("held");
    });
  }
  map.addEventListener("dblclick", (event) => scale(1.8, spot(event)));
  map.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [48, 0], ArrowRight: [-48, 0], ArrowUp: [0, 48], ArrowDown: [0, -48] }[event.key];
    if (step) { x += step[0]; y += step[1]; draw(); }
    else if (event.key === "+" || event.key === "=") scale(1.4, middle);
    else if (event.key === "-") scale(1 / 1.4, middle);
    else if (event.key === "0" || event.key === "Escape") home();
    else return;
    event.preventDefault();
  });
  map.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) ({ in: () => scale(1.5, middle), out: () => scale(1 / 1.5, middle), home })[button.dataset.do]();
  });
  draw();
})();
