// A click on a picture shows it in its own size, and a second one as before.
for (const picture of document.querySelectorAll(".sides img")) {
  picture.addEventListener("click", () => {
    const whole = picture.style.maxHeight === "none";
    picture.style.maxHeight = whole ? "" : "none";
  });
}
