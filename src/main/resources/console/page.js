"use strict";
// Says so, loudly, when nothing was heard for a while: what stands here is then how it was, not how it is.
(() => {
  const MOST_SILENCE = 10000;
  const looked = document.getElementById("looked");
  const banner = document.getElementById("stale");
  let heard = Date.now();

  const beat = (event) => {
    heard = Date.now();
    looked.textContent = event.data;
    tell();
  };

  const age = (seconds) =>
    seconds < 120 ? seconds + " s" : seconds < 7200 ? Math.floor(seconds / 60) + " min" : Math.floor(seconds / 3600) + " h";

  const tell = () => {
    const silence = Date.now() - heard;
    const isStale = silence > MOST_SILENCE;
    const headline = document.querySelector("h1");
    const text = isStale
      ? "STALE: nothing heard from metaops for " + age(Math.floor(silence / 1000)) +
        ". Below is how it was at " + looked.textContent + ". Does metaops serve run?"
      : "";
    if (banner.textContent !== text) {
      banner.textContent = text;
    }
    banner.hidden = !isStale;
    document.body.classList.toggle("stale", isStale);
    document.title = (isStale ? "STALE" : headline.dataset.word) + " · " + headline.dataset.place + " · metaops";
  };

  document.body.addEventListener("htmx:sseOpen", (event) => event.detail.source.addEventListener("beat", beat));
  document.addEventListener("visibilitychange", tell);
  setInterval(tell, 1000);
  tell();
})();
