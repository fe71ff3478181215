// Makes an open page live: forms are sent without leaving it, and what changed is put in its place.
// Without this script everything works by itself, page by page.
"use strict";
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const body = document.body;
  const write = find("#write");
  const composer = find("#composer");
  const clip = find("#clip"); // a conversation with Okra alone takes files
  const attached = find("#attached");
  const list = find("#suggestions");
  const log = find("#log");
  const isSmall = matchMedia("(max-width: 60rem)");
  const OPEN = { "X-Open": "1" }; // it need not bring what is to come: that is asked for alone
  const MOST_KEPT_ALIVE = 30_000; // browsers take 64 KB of all requests together that may outlive their page
  const BETWEEN_NEWS = 10_000;
  let token = find("meta[name=csrf]").content;

  // --- what was typed outlives the page ---------------------------------------------------------

  const draftOf = () => `draft ${location.pathname}`;
  const draftIn = (dialog) => `form ${dialog.dataset.id}`;
  const remember = (name, value) => (value ? sessionStorage.setItem(name, value) : sessionStorage.removeItem(name));

  // --- putting in place what changed ------------------------------------------------------------

  const sources = new WeakMap();
  const sourceOf = (element) => element.outerHTML.replace(/name="(csrf|key)" value="\w+"/g, "");
  const keep = (element) => sources.set(element, sourceOf(element));
  const isSame = (old, fresh) => sources.get(old) === sourceOf(fresh);

  // Behind an open dialog nothing is heard.
  function announce(words) {
    (find("#dialog:modal [role=status]") ?? find("#announce")).textContent = words;
  }

  function typedIn(root) {
    const fields = all("input:not([type=hidden]), textarea, select", root);
    return fields.filter((one) => one.id && !one.matches("[type=checkbox]") && one.value !== defaultOf(one));
  }

  function defaultOf(field) {
    if (field.matches("select")) return (find("option[selected]", field) ?? field.options[0])?.value;
    return field.dataset.unlessTyped ?? field.defaultValue;
  }

  function swapPart(old, fresh) {
    if ("kept" in fresh.dataset) {
      old.dataset.fresh = "no";
      return;
    }
    if (isSame(old, fresh)) return;
    const open = all("details[open]", old).map((one) => one.id);
    const typed = typedIn(old).map((one) => [one.id, one.value]);
    const source = sourceOf(fresh);
    if (fresh.dataset.fresh) old.dataset.fresh = fresh.dataset.fresh;
    old.replaceChildren(...fresh.childNodes);
    sources.set(old, source);
    for (const id of open) if (id && find(`#${CSS.escape(id)}`, old)) find(`#${CSS.escape(id)}`, old).open = true;
    for (const [id, value] of typed) if (find(`#${CSS.escape(id)}`, old)) find(`#${CSS.escape(id)}`, old).value = value;
  }

  // A menu that somebody has opened stays open in the message's newer version.
  function keepOpen(old, fresh) {
    const names = new Set(all("details[open] > summary", old).map(nameOf));
    for (const one of all("details > summary", fresh)) if (names.has(nameOf(one))) one.parentElement.open = true;
  }

  const nameOf = (summary) => summary.getAttribute("aria-label") ?? summary.textContent;

  function swapMessages(fresh) {
    const messages = find("#messages");
    const known = new Map([...messages.children].map((one) => [one.dataset.id, one]));
    const told = [];
    [...fresh.children].forEach((one, at) => {
      const old = known.get(one.dataset.id);
      let here = old;
      if (!old || !isSame(old, one)) {
        keep(one);
        here = one;
        const changed = old && old.dataset.rev !== one.dataset.rev;
        if (one.matches(".okra") && (changed || !old)) {
          told.push(`${changed ? body.dataset.changed : body.dataset.came} ${one.dataset.summary}`);
        }
        if (old) {
          keepOpen(old, one);
          old.replaceWith(one);
        }
        one.classList.add(old ? (changed ? "is-changed" : "is-same") : "is-new");
      }
      known.delete(one.dataset.id);
      if (messages.children[at] !== here) messages.insertBefore(here, messages.children[at] ?? null);
    });
    for (const gone of known.values()) gone.remove();
    if (told.length) announce(told.slice(-3).join(" "));
  }

  function focusPlace() {
    const one = document.activeElement;
    if (!one || one === body) return () => {};
    const message = one.closest("#messages > li")?.dataset.id;
    const part = one.closest("[data-part]")?.id;
    const told = ["href", "value", "aria-label"].map((name) => [name, one.getAttribute(name)]);
    return () => {
      if (document.activeElement && document.activeElement !== body) return;
      const place = message ? find(`#messages > [data-id="${CSS.escape(message)}"]`) : part && find(`#${part}`);
      const isIt = (each) => told.every(([name, value]) => each.getAttribute(name) === value);
      const same = (one.id && find(`#${CSS.escape(one.id)}`)) || (place && all(one.tagName, place).find(isIt));
      (same || (message && place) || write).focus({ preventScroll: true });
    };
  }

  // A message that is taller than its place is read from its beginning.
  function toItsBeginning() {
    const last = find("#messages > li:last-child");
    if (!last?.matches(".okra") || last.offsetHeight < log.clientHeight) return;
    log.scrollBy(0, last.getBoundingClientRect().top - log.getBoundingClientRect().top);
  }

  // Leads back to where one was before the dialog.
  let opener = () => {};

  // Where this page itself leads elsewhere just now, it gets there.
  const loadAnew = () => leaving || location.reload();

  // `own`: it answers what was done here, so that its word about trouble counts.
  function take(page, own) {
    token = find("meta[name=csrf]", page).content;
    for (const one of all("input[name=csrf]")) one.value = token;
    if (page.body.dataset.age !== body.dataset.age) {
      loadAnew();
      return;
    }
    const dialog = find("#dialog");
    const isOver = dialog && dialog.dataset.id !== find("#dialog", page)?.dataset.id;
    if (!dialog) opener = focusPlace();
    else if (isOver) dialog.close(); // its page is heard again, and has its focus back
    const focus = isOver ? opener : focusPlace();
    document.title = page.title;
    body.dataset.revision = page.body.dataset.revision;
    const isAtEnd = log.scrollTop > -4;
    const before = newest();
    swapMessages(find("#messages", page));
    if (isAtEnd && newest() !== before) toItsBeginning();
    for (const part of all("[data-part]", page)) {
      if (part.id !== "trouble" || own) swapPart(find(`#${part.id}`), part);
    }
    if (isOver) remember(draftIn(dialog), "");
    showDialog();
    tellInDialog();
    filterPeople();
    focus();
    if (isOver && document.activeElement === body) write.focus({ preventScroll: true });
    lookAhead();
  }

  // What is to come takes the company a while to say: a page that did not wait for it asks for it alone.
  let isLookingAhead = false;

  async function lookAhead() {
    if (isLookingAhead || find("#plans").dataset.fresh === "yes") return;
    isLookingAhead = true;
    do await new Promise((done) => setTimeout(done, 300)); // what somebody waits for goes first
    while (looking || find("[data-busy]"));
    try {
      const revision = body.dataset.revision;
      const response = await fetch(`${personPath()}/plans`);
      if (!response.ok) return; // the next look asks again
      const fresh = find("#plans", parse(await response.text()));
      if (fresh) swapPart(find("#plans"), fresh);
      if (fresh && revision === body.dataset.revision) find("#plans").dataset.fresh = "yes";
    } catch {
      missed = true;
      return;
    } finally {
      isLookingAhead = false;
    }
    lookAhead();
  }

  const personPath = () => location.pathname.split("/").slice(0, 3).join("/");

  // --- looking again ----------------------------------------------------------------------------

  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const isPage = (page) => page.body.classList.contains("app");
  const isOlder = (page) =>
    page.body.dataset.age === body.dataset.age && Number(page.body.dataset.revision) < Number(body.dataset.revision);
  let looking = null;
  let again = false;

  // Returns when what is there now has been seen.
  function look() {
    again = true;
    looking ??= lookOn();
    return looking;
  }

  async function lookOn() {
    let isSure = false;
    try {
      for (let at = 0; again; at += 1) {
        if (at) await new Promise((done) => setTimeout(done, 80)); // while time passes, something happens all the time
        again = false;
        const headers = document.hidden ? { ...OPEN, "X-Unseen": "1" } : OPEN;
        const response = await fetch(location.pathname + location.search, { headers });
        const page = parse(await response.text());
        if (isPage(page) && isOlder(page) && !isSure) {
          again = isSure = true; // it was overtaken by an answer, or the server was started anew and counts from nought
          continue;
        }
        isSure = false;
        if (isPage(page)) take(page, false);
        else if ([401, 404].includes(response.status) || response.redirected) loadAnew();
      }
    } catch {
      missed = true;
    } finally {
      looking = null;
    }
  }

  let events = null;
  let missed = false;
  let errors = 0;

  function listen() {
    if (events) return;
    events = new EventSource("/events");
    events.onopen = () => {
      if (missed) look();
      if (missed && find("#trouble").textContent === body.dataset.cutOff) trouble("");
      missed = false;
      errors = 0;
    };
    events.onmessage = (event) => {
      const told = JSON.parse(event.data);
      if (String(told.age) !== body.dataset.age || told.revision > Number(body.dataset.revision)) look();
      if (document.hidden) rest();
    };
    events.onerror = () => {
      missed = true;
      errors += 1;
      if (errors === 2) trouble(body.dataset.cutOff);
      if (events.readyState === EventSource.CLOSED) {
        rest();
        look(); // somebody answers, though not with news: it may ask for the passphrase again
        setTimeout(listen, 3000);
      }
    };
  }

  function rest() {
    events?.close();
    events = null;
  }

  // A tab that nobody looks at asks for news now and then, for its title; browsers allow few connections for all tabs
  // together.
  setInterval(() => document.hidden && listen(), BETWEEN_NEWS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return rest();
    listen();
    look();
  });
  let leaving = false;
  addEventListener("beforeunload", () => (leaving = true));
  addEventListener("pagehide", rest);
  addEventListener("pageshow", (event) => {
    leaving = false;
    if (!event.persisted) return;
    listen();
    look();
  });

  // --- sending ----------------------------------------------------------------------------------

  function trouble(words) {
    const place = find("#trouble");
    sources.delete(place);
    place.replaceChildren();
    if (words) {
      const line = document.createElement("p");
      line.className = "trouble";
      line.setAttribute("role", "alert");
      line.textContent = words;
      place.append(line);
    }
    tellInDialog();
  }

  // What lies behind an open dialog is neither seen nor heard.
  function tellInDialog() {
    const dialog = find("#dialog:modal");
    if (!dialog) return;
    all(".trouble", dialog).forEach((one) => one.remove());
    const line = find("#trouble .trouble");
    if (line) find(".foot", dialog).before(line.cloneNode(true));
  }

  function newKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
  }

  // What was sent last under which key: until an answer says that it is done, or never can be, the same again has the
  // same key, so that what arrived is done once.
  const sent = new WeakMap();

  function keyOf(form, what) {
    if (sent.get(form)?.what !== what) sent.set(form, { what, key: newKey() });
    return sent.get(form).key;
  }

  const newest = () => find("#messages > li:last-child")?.dataset.id;

  // Returns whether it was done.
  async function send(form, button, text = null, files = [], isSecond = false) {
    const fields = new FormData(form, button);
    if (text !== null) fields.set("text", text);
    fields.delete("attached");
    fields.delete("key");
    fields.delete("csrf");
    const named = files.map((one) => `${one.name} ${one.size} ${one.lastModified}`).join("\n");
    const key = keyOf(form, `${new URLSearchParams(fields)}\n${named}`);
    fields.set("key", key);
    fields.set("csrf", token);
    for (const menu of all(".menu[open]", form)) {
      find("summary", menu).focus();
      menu.open = false;
    }
    form.dataset.busy = "1";
    button?.setAttribute("data-pressed", "");
    const before = newest();
    let response, page;
    const words = new URLSearchParams(fields).toString();
    const keepalive = words.length < MOST_KEPT_ALIVE && !files.length; // it arrives though the page is left meanwhile
    const headers = files.length ? OPEN : { ...OPEN, "Content-Type": "application/x-www-form-urlencoded" };
    for (const one of files) fields.append("attached", one);
    const sending = files.length ? fields : words;
    try {
      response = await fetch(form.getAttribute("action"), { method: "POST", body: sending, headers, keepalive });
      page = parse(await response.text());
    } catch {
      if (leaving && keepalive) return true;
      trouble(body.dataset.cutOff);
      return false;
    } finally {
      delete form.dataset.busy;
      button?.removeAttribute("data-pressed");
    }
    if (response.status === 403 && !isSecond) {
      await look(); // the server was started anew: with what its page carries now it goes
      return send(form, button, text, files, true);
    }
    if (response.ok || response.status === 409) sent.delete(form);
    if (!isPage(page)) {
      trouble(find("#sentence", page)?.textContent ?? page.body.textContent);
      return false;
    }
    if (isOlder(page)) {
      swapPart(find("#trouble"), find("#trouble", page));
      await look();
      return response.ok;
    }
    take(page, true);
    if (newest() !== before && isSmall.matches && location.hash === "#time") location.hash = "#chat";
    return response.ok;
  }

  // What is said goes out one after the other, and one may type on meanwhile; what could not be sent comes back.
  let saying = Promise.resolve();

  function attach(files) {
    const held = new DataTransfer();
    for (const one of files) held.items.add(one);
    attached.files = held.files;
    clip.open = files.length > 0;
  }

  function say(button) {
    const text = write.value;
    const files = [...(attached?.files ?? [])];
    if (!text.trim() && !files.length) return;
    write.value = "";
    if (files.length) attach([]);
    remember(draftOf(), "");
    log.scrollTop = 0;
    saying = saying.then(async () => {
      if (await send(composer, button, text, files)) return;
      if (files.length) attach([...attached.files, ...files]);
      write.value = write.value ? `${text}\n${write.value}` : text;
      remember(draftOf(), write.value);
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-live]")) return;
    event.preventDefault();
    if (event.submitter?.ariaDisabled === "true") return;
    if (form === composer) say(event.submitter);
    else if (!form.dataset.busy) send(form, event.submitter);
  });

  // --- the dialog -------------------------------------------------------------------------------

  function showDialog() {
    const dialog = find("#dialog");
    if (!dialog || dialog.matches(":modal")) return;
    const draft = draftIn(dialog);
    const typed = find(".wrong", dialog) ? {} : JSON.parse(sessionStorage.getItem(draft) ?? "{}");
    for (const [name, value] of Object.entries(typed)) {
      for (const field of all(`[name="${CSS.escape(name)}"]`, dialog)) {
        if (field.matches("[type=checkbox]")) field.checked = value.includes(field.value);
        else field.value = value;
      }
    }
    dialog.removeAttribute("open");
    dialog.showModal();
    find("[aria-invalid]:is(input, select, textarea), .fields :is(input, select, textarea)", dialog)?.focus();
    dialog.addEventListener("input", () => {
      const now = {};
      for (const field of all(".fields :is(input, select, textarea)", dialog)) {
        if (!field.matches("[type=checkbox]")) now[field.name] = field.value;
        else now[field.name] = [...(now[field.name] ?? []), ...(field.checked ? [field.value] : [])];
      }
      remember(draft, JSON.stringify(now));
    });
    const leave = () => find("form", dialog).requestSubmit(find("[name=cancel]", dialog));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      leave();
    });
    dialog.addEventListener("close", () => dialog.isConnected && leave());
  }

  // --- writing, and what may be meant -----------------------------------------------------------

  let known = null;
  let offered = [];
  let active = -1;

  async function suggestions() {
    if (!known) {
      known = fetch(`${personPath()}/suggestions`).then((response) => (response.ok ? response.json() : []), () => []);
    }
    return known;
  }

  function meant() {
    const before = write.value.slice(0, write.selectionStart);
    const word = /\S*$/.exec(before)[0];
    return { before, word };
  }

  async function offer() {
    const { before, word } = meant();
    const isCommand = before.startsWith("/");
    if (!isCommand && word.length < 2) return hideOffers();
    const found = (await suggestions()).filter((one) => {
      const text = one.text.toLowerCase();
      if (isCommand && text.startsWith(before.toLowerCase()) && text !== before.toLowerCase()) return true;
      return word.length > 1 && !text.startsWith("/") && text.startsWith(word.toLowerCase()) && text !== word.toLowerCase();
    });
    if (meant().before !== before) return;
    offered = found.slice(0, 12);
    if (!offered.length || document.activeElement !== write) return hideOffers();
    active = -1;
    list.replaceChildren(...offered.map((one, at) => {
      const entry = document.createElement("li");
      entry.id = `suggestion-${at}`;
      entry.setAttribute("role", "option");
      entry.setAttribute("aria-selected", "false");
      const text = document.createElement("b");
      text.textContent = one.text;
      text.className = "cut";
      const about = document.createElement("span");
      about.textContent = one.about;
      about.className = "cut";
      entry.append(text, about);
      entry.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        accept(at);
      });
      return entry;
    }));
    if (list.hidden) announce(body.dataset.found);
    list.hidden = false;
    write.setAttribute("role", "combobox");
    write.setAttribute("aria-autocomplete", "list");
    write.setAttribute("aria-controls", "suggestions");
    write.setAttribute("aria-expanded", "true");
    write.removeAttribute("aria-activedescendant");
  }

  function hideOffers() {
    list.hidden = true;
    active = -1;
    for (const name of ["role", "aria-autocomplete", "aria-controls", "aria-expanded", "aria-activedescendant"]) write.removeAttribute(name);
  }

  function choose(step) {
    active = (active + step + offered.length) % offered.length;
    all("li", list).forEach((one, at) => one.setAttribute("aria-selected", String(at === active)));
    const chosen = list.children[active];
    chosen.scrollIntoView({ block: "nearest" });
    write.setAttribute("aria-activedescendant", chosen.id);
  }

  function accept(at) {
    const { before, word } = meant();
    const text = offered[at].text;
    const start = text.startsWith("/") ? 0 : before.length - word.length;
    write.setRangeText(`${text} `, start, before.length, "end");
    const gap = text.indexOf("…"); // what is still to be said
    if (gap >= 0) write.setSelectionRange(start + gap, start + gap + 1);
    hideOffers();
    remember(draftOf(), write.value);
    write.focus();
  }

  write.addEventListener("input", () => {
    remember(draftOf(), write.value);
    offer();
  });
  write.addEventListener("blur", hideOffers);
  write.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work: its Enter is its own
    if (!list.hidden) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (event.key === "ArrowUp" && active < 0) active = 0;
        return choose(event.key === "ArrowDown" ? 1 : -1);
      }
      if (event.key === "Tab" && !event.shiftKey) {
        event.preventDefault();
        return accept(Math.max(active, 0));
      }
      if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        return accept(active);
      }
      if (event.key === "Escape") {
        event.stopPropagation();
        return hideOffers();
      }
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      hideOffers();
      composer.requestSubmit();
    }
  });

  // --- small things -----------------------------------------------------------------------------

  function filterPeople() {
    const wanted = find("#find")?.value.trim().toLowerCase() ?? "";
    for (const one of all("#faces > li")) one.hidden = wanted !== "" && !one.textContent.toLowerCase().includes(wanted);
  }

  document.addEventListener("input", (event) => event.target.id === "find" && filterPeople());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest?.("#dialog form")?.requestSubmit();
    if (event.key !== "Escape") return;
    const open = document.activeElement?.closest("details[open].menu, details[open].drop, details[open].clip");
    if (!open) return;
    open.open = false;
    find("summary", open).focus();
  });
  document.addEventListener("click", (event) => {
    const company = find("#company");
    if (company.open && !company.contains(event.target)) company.open = false;
  });

  // --- from here on -----------------------------------------------------------------------------

  all("[data-part], #messages > li").forEach(keep);
  if (!write.value) write.value = sessionStorage.getItem(draftOf()) ?? "";
  if (find("#find")) find("#find").hidden = false;
  showDialog();
  toItsBeginning();
  lookAhead();
  listen();
})();
