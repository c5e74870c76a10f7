// What every page needs of scripts: posts carry the session's secret, and nothing that was typed is lost when the session is over.
"use strict";
(() => {
  const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";
  const toast = (text) => {
    const note = document.createElement("p");
    note.className = "toast";
    note.textContent = text;
    document.querySelector(".toasts").append(note);
    setTimeout(() => note.remove(), 6000);
  };

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF-Token"] = csrf();
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) document.getElementById("expired").showModal();
  });
  document.addEventListener("htmx:sendError", () => toast(document.querySelector(".toasts").dataset.offline));

  // A document that was opened beside the list is what one reads next.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "document") return;
    event.detail.target.querySelector(".doc")?.focus({ preventScroll: true });
    event.detail.target.scrollTop = 0;
  });

  // What is typed in a form that says `data-keep` stays until it was posted.
  const key = (form, field) => `kept ${form.dataset.keep} ${field.name}`;
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-keep]");
    if (form) sessionStorage.setItem(key(form, event.target), event.target.value);
  });
  const restore = (root) => {
    for (const field of root.querySelectorAll("form[data-keep] textarea")) {
      field.value ||= sessionStorage.getItem(key(field.form, field)) ?? "";
    }
  };
  document.addEventListener("htmx:load", (event) => restore(event.detail.elt));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.dataset?.keep || !event.detail.successful) return;
    for (const field of form.querySelectorAll("textarea")) sessionStorage.removeItem(key(form, field));
  });
})();
