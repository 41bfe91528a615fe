// What a person does in the dialog of ESP Web Tools, whose elements are in open shadow roots.

const dialog = () => document.querySelector("ewt-install-dialog");
const all = (selector) => [...(dialog()?.shadowRoot?.querySelectorAll(selector) ?? [])];

/** Waits until `read` returns something, and returns that. */
const waitFor = async (read) => {
  for (;;) {
    const found = read();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const steps = {
  /** Clicks the element whose text contains `text`. */
  click: async (selector, text) => {
    const isWanted = (element) => element.textContent.includes(text) && !element.disabled;
    (await waitFor(() => all(selector).find(isWanted))).click();
  },
  fill: async (selector, text) => {
    (await waitFor(() => all(selector)[0])).value = text;
  },
  /** Waits for an element with this text, and returns the attribute. */
  attribute: async (selector, text, name) => {
    const element = await waitFor(() => all(selector).find((element) => element.textContent.includes(text)));
    return element.getAttribute(name);
  },
  texts: async (selector) => {
    const elements = await waitFor(() => all(selector).length > 0 && all(selector));
    return elements.map((element) => element.textContent.trim().replace(/\s+/g, " "));
  },
  /** Returns the state in which the installation ended, and its message. */
  outcome: async () => {
    const hasEnded = (installation) => ["finished", "error"].includes(installation?.state);
    await waitFor(() => hasEnded(dialog()._installState));
    return [dialog()._installState.state, dialog()._installState.message];
  },
};

const [name, ...parameters] = [...arguments].slice(0, -1);
const done = arguments[arguments.length - 1];
steps[name](...parameters).then((result) => done({ result }), (error) => done({ error: String(error) }));
