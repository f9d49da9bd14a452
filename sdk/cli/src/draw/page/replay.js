"use strict";
// Draws a draw again from what the ledger tells, step by step. Each step says whether it holds.

const plain = (n, one, many) => `${n} ${n === 1 ? one : many}`;
const typeName = (told, t) => told.types[t].values.map((v, f) => told.features[f].values[v]).join(", ") || "everybody";

function quotaName(told, quota) {
  const feature = told.features[quota.feature];
  return `${feature.name} ${feature.values[quota.value]}: ${quota.min} to ${quota.max}`;
}

// Exact decimals of a ratio, cut off after six places.
function decimal(numerator, denominator) {
  const millionths = BigInt(numerator) * 1000000n / BigInt(denominator);
  return `${millionths / 1000000n}.${(millionths % 1000000n).toString().padStart(6, "0")}`;
}

// The root that the ledger froze the list under: a chain of hashes over pages of 64 persons of a type, then over what
// the lottery is for, written as borsh does.
function rootOf(told) {
  const little = (n) => big(n, 4).reverse();
  let root = sha256(join(utf8("mycel/sortition/pool/1"), big(told.draw, 8)));
  const then = (bytes) => { root = sha256(join(root, sha256(bytes))); };
  told.types.forEach(({ persons }, type) => {
    for (let first = 0; first < persons.length; first += 64) {
      then(join(...persons.slice(first, first + 64).map((person, i) => join(big(type, 2), big(first + i, 4), big(person, 4)))));
    }
  });
  const list = (items, write) => join(little(items.length), ...items.map(write));
  then(join(
    little(told.seats),
    list(told.types, (type) => little(type.persons.length)),
    list(told.types, (type) => list(type.values, (value) => big(value, 1))),
    list(told.quotas, (quota) => join(big(quota.feature, 1), big(quota.value, 1), little(quota.min), little(quota.max))),
  ));
  return hex(root);
}

function replay(told) {
  const steps = [];
  const step = (title, lines, wrong) => steps.push({ title, lines, wrong, holds: wrong.length === 0 });
  const counts = told.types.map((type) => type.persons.length);
  const persons = counts.reduce((a, b) => a + b, 0);

  // 1. the pool
  {
    const wrong = [], seen = new Set();
    for (const type of told.types) for (const person of type.persons) {
      if (seen.has(person)) wrong.push(`person ${person} is in the pool twice`);
      seen.add(person);
    }
    const lines = [`${plain(persons, "volunteer", "volunteers")} of ${plain(counts.length, "type", "types")} for ${plain(told.seats, "seat", "seats")}. Volunteers of one type told the same of themselves.`];
    if (told.frozen) {
      const root = rootOf(told);
      lines.push(`The list was frozen under one number, the root. Hashing the list again gives ${root}.`);
      if (root !== told.root) wrong.push(`the list of volunteers hashes to ${root}, the ledger fixed ${told.root}`);
    } else {
      lines.push("The list is not frozen yet: people still come and go.");
    }
    step("Who volunteered", lines, wrong);
  }

  if (!told.accepted) return { steps, holds: steps.every((s) => s.holds) };

  // 2. the panels
  const panels = told.panels.reduce((sum, panel) => sum + panel.times, 0);
  const bits = Math.round(Math.log2(panels));
  const sums = counts.map(() => 0);
  {
    const wrong = [];
    if (2 ** bits !== panels) wrong.push(`${panels} panels are no power of two`);
    told.panels.forEach((panel, number) => {
      const seated = panel.seats.reduce((sum, [, n]) => sum + n, 0);
      if (seated !== told.seats) wrong.push(`panel ${number} seats ${seated}`);
      const quotas = told.quotas.map(() => 0);
      for (const [type, n] of panel.seats) {
        if (!(type in counts) || n > counts[type]) { wrong.push(`panel ${number} seats ${n} of type ${type}`); continue; }
        sums[type] += n * panel.times;
        told.quotas.forEach((quota, q) => {
          if (told.types[type].values[quota.feature] === quota.value) quotas[q] += n;
        });
      }
      told.quotas.forEach((quota, q) => {
        if (quotas[q] < quota.min || quotas[q] > quota.max) {
          wrong.push(`panel ${number} seats ${quotas[q]} with ${quotaName(told, quota)}`);
        }
      });
    });
    step("The lottery", [
      `${panels} panels were drawn up, ${told.panels.length} of them different. They name types, not persons.`,
      told.quotas.length
        ? `Each was counted again: ${plain(told.seats, "seat", "seats")}, and all of: ${told.quotas.map((q) => quotaName(told, q)).join("; ")}.`
        : `Each was counted again: ${plain(told.seats, "seat", "seats")}. There are no quotas.`,
    ], wrong.slice(0, 9));
  }

  // 3. the chances
  {
    const wrong = [];
    const lines = counts.map((n, t) => {
      const said = told.types[t].chance;
      const chance = decimal(sums[t], BigInt(panels) * BigInt(n));
      if (said !== null && said !== undefined && said !== sums[t]) {
        wrong.push(`type ${t} is in ${sums[t]} panels, the ledger says ${said}`);
      }
      return `${typeName(told, t)}: ${plain(n, "person", "persons")}, each with the chance ${chance}`;
    });
    lines.push(`That nobody's chance could be higher is checked by mycel draw replay ${told.draw} and by the contract, not by this page.`);
    step("Everybody's chance", lines, wrong);
  }

  // 4. the beacon
  const value = told.beacon.value ? unhex(told.beacon.value) : null;
  {
    const beacon = told.beacon, wrong = [], lines = [];
    lines.push(`Round ${beacon.round} of ${beacon.source}, at second ${beacon.time}. The lottery was accepted at second ${beacon.accepted}: nobody could know the round then.`);
    if (beacon.time <= beacon.accepted) wrong.push("the round is not later than the acceptance");
    if (!value) {
      lines.push("The round has no value yet.");
    } else if (beacon.signature) {
      const hash = hex(sha256(unhex(beacon.signature)));
      lines.push(`SHA-256 of the network's signature is ${hash}. That the signature is the network's is checked by mycel draw replay ${told.draw} and by the contract, not by this page.`);
      if (hash !== beacon.value) wrong.push(`the ledger says ${beacon.value}`);
    } else {
      lines.push(`Its value is ${beacon.value}.`);
    }
    if (beacon.note) lines.push(`This beacon is ${beacon.note}.`);
    step("The beacon", lines, wrong);
  }
  if (!value || steps.some((s) => !s.holds && s.title === "The lottery")) return { steps, holds: steps.every((s) => s.holds) };

  // 5. the panel
  const lot = lotOf(told.lot.domain, value, told.lot.parts.map(unhex));
  const index = indexOf(lot, bits);
  const place = panelAt(index, told.panels);
  const panel = told.panels[place];
  {
    const wrong = [];
    if (told.says.index !== null && told.says.index !== index) wrong.push(`the ledger says ${told.says.index}`);
    step("Which panel", [
      `The lot is SHA-256 of the beacon's value, this chain, this contract and this draw: ${hex(lot)}.`,
      `Its first ${plain(bits, "bit", "bits")} are the number ${index} of 0 to ${panels - 1}. That is panel ${place} of the list: ${panel.seats.map(([t, n]) => `${n} of ${typeName(told, t)}`).join("; ")}.`,
    ], wrong);
  }

  // 6. the persons
  const hall = new Hall(told, lot, panel.seats);
  const declined = told.says.passed.filter((passed) => passed.why === "declined");
  {
    const lines = panel.seats.map(([type, n]) =>
      `${typeName(told, type)}: the lot shuffles ${plain(counts[type], "person", "persons")} and takes the first ${n}.`);
    const wrong = [];
    hall.give(lines, wrong);
    lines.push(`Seated: ${named(hall.seated())}.`);
    if (!declined.length) hall.compare(wrong);
    step("Who sits", lines, wrong);
  }

  // 7. who declined, and who came instead
  declined.forEach((passed, place) => {
    const lines = [], wrong = [];
    hall.decline(passed, lines, wrong);
    hall.give(lines, wrong);
    if (place === declined.length - 1) {
      lines.push(`Seated then: ${named(hall.seated())}.`);
      hall.compare(wrong);
    }
    step(`Person ${passed.person} declined`, lines, wrong);
  });
  return {
    steps, holds: steps.every((s) => s.holds), index, panel: place,
    seats: hall.chairs.map((chair) => chair.person), lot: hex(lot),
  };
}

const named = (persons) => persons.map((p) => p ? `person ${p}` : "nobody").join(", ") || "nobody";
const whys = {
  barred: "may not deal any more (frozen, leaving or gone)",
  rests: "has sat as often running as the rules allow",
};

// The chairs, and who is drawn for them: the next of the seat's own type; when that is used up, the next of the first
// other type, in the lot's own order of types, that keeps every quota; when there is none, nobody.
class Hall {
  constructor(told, lot, panel) {
    this.told = told;
    this.lot = lot;
    this.chairs = panel.flatMap(([type, n]) => Array.from({ length: n }, () => ({ type, person: 0 })));
    this.pending = this.chairs.map((_, seat) => seat);
    this.drawn = told.types.map(() => 0);
    this.orders = new Map();
  }

  seated() { return this.chairs.map((chair) => chair.person).filter((person) => person > 0); }

  give(lines, wrong) {
    while (this.pending.length) {
      const seat = this.pending[0];
      const next = this.next(seat);
      if (!next) {
        lines.push(`Seat ${seat} stays empty: nobody is left who keeps the quotas.`);
        this.pending.shift();
        continue;
      }
      const { type, index, person } = next;
      const over = this.told.says.passed.find((p) => p.seat === seat && p.type === type && p.index === index);
      if (over && over.why !== "declined") {
        lines.push(`Person ${person} was drawn for seat ${seat} and passed over: ${whys[over.why] ?? over.why}.`);
        if (over.person !== person) wrong.push(`the ledger passed over person ${over.person}`);
        continue;
      }
      const from = this.chairs[seat].type;
      if (from !== type) {
        lines.push(`Nobody of ${typeName(this.told, from)} is left for seat ${seat}: it passes to ${typeName(this.told, type)}, which keeps every quota.`);
      }
      this.chairs[seat] = { type, person };
      this.pending.shift();
    }
  }

  decline(passed, lines, wrong) {
    const chair = this.chairs[passed.seat];
    if (!chair || chair.person !== passed.person) {
      wrong.push(`person ${passed.person} did not sit on seat ${passed.seat}`);
      return;
    }
    chair.person = 0;
    lines.push(`At second ${passed.at} seat ${passed.seat} was given back; the next of the same lot gets it.`);
    this.pending.push(passed.seat);
  }

  next(seat) {
    const type = this.type(this.chairs[seat].type);
    if (type === undefined) return null;
    const { persons } = this.told.types[type];
    if (!this.orders.has(type)) this.orders.set(type, orderOfType(this.lot, type, persons.length));
    this.drawn[type]++;
    const index = this.orders.get(type).next().value;
    return { type, index, person: persons[index] };
  }

  left(type) { return this.drawn[type] < this.told.types[type].persons.length; }

  type(own) {
    if (this.left(own)) return own;
    const seated = this.byQuota();
    for (const type of order(this.lot, utf8("types"), this.told.types.length)) {
      if (this.left(type) && this.keeps(seated, own, type)) return type;
    }
    return undefined;
  }

  counts(type, quota) { return this.told.types[type].values[quota.feature] === quota.value ? 1 : 0; }

  byQuota() {
    return this.told.quotas.map((quota) => this.chairs.reduce((sum, chair, seat) =>
      sum + (chair.person > 0 || this.pending.includes(seat) ? this.counts(chair.type, quota) : 0), 0));
  }

  keeps(seated, from, to) {
    return this.told.quotas.every((quota, q) => {
      const then = Math.max(0, seated[q] + this.counts(to, quota) - this.counts(from, quota));
      return then <= Math.max(quota.max, seated[q]) && then >= Math.min(quota.min, seated[q]);
    });
  }

  // The ledger seats the same, but for seats that are still to be given.
  compare(wrong) {
    const says = this.told.says;
    if (says.seats.length !== this.chairs.length) wrong.push(`the ledger has ${says.seats.length} seats`);
    this.chairs.forEach((chair, seat) => {
      if (!says.pending.includes(seat) && seat < says.seats.length && chair.person !== says.seats[seat]) {
        wrong.push(`the ledger seats ${named([says.seats[seat]])} on seat ${seat}, the lot ${named([chair.person])}`);
      }
    });
  }
}

// Where a person is in all this.
function find(told, result, person) {
  const type = told.types.findIndex((t) => t.persons.includes(person));
  if (type < 0) return `Person ${person} did not volunteer for this draw.`;
  const sits = told.says.seats.includes(person);
  return `Person ${person} volunteered as ${typeName(told, type)} and ${sits ? "sits" : "does not sit"}.`;
}
