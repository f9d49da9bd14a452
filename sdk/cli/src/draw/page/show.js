"use strict";
// Puts the steps on the page. Text only: nothing that the ledger says becomes markup.
{
  const told = JSON.parse(document.getElementById("ledger").textContent);
  const result = replay(told);
  const make = (name, text, kind) => {
    const element = document.createElement(name);
    element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  for (const step of result.steps) {
    const item = document.createElement("li");
    item.append(make("h2", step.title));
    for (const line of step.lines) item.append(make("p", line));
    for (const line of step.wrong) item.append(make("p", `Does not hold: ${line}.`, "wrong"));
    if (step.holds) item.append(make("p", "✓ Holds.", "holds"));
    document.getElementById("steps").append(item);
  }
  const verdict = document.getElementById("verdict");
  verdict.textContent = result.holds
    ? "Every step below holds: drawn again, the same people sit."
    : "Something does not hold: see the steps.";
  verdict.className = result.holds ? "holds" : "wrong";
  document.getElementById("copy").textContent = JSON.stringify(told, null, 1);
  document.getElementById("find").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    form.querySelector("output").textContent = find(told, result, Number(form.person.value));
  });
}
