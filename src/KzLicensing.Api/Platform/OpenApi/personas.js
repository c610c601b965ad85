// A list of personas above the field for the client's id, in which any other one can still be typed.
const offerPersonas = input => {
  const list = document.createElement('select');
  list.className = 'personas';
  list.setAttribute('aria-label', 'persona');
  for (const persona of personas) list.add(new Option(persona, persona, false, persona === input.value));
  list.onchange = () => {
    // The page keeps what is typed; a value that is only set would be forgotten.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, list.value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  input.before(list);
};

new MutationObserver(() => {
  for (const input of document.querySelectorAll('.auth-container input[data-name="clientId"]'))
    if (!input.parentElement.querySelector('.personas')) offerPersonas(input);
}).observe(document.documentElement, { childList: true, subtree: true });
