// Draws the cards of the page with Microsoft's own library, in colours and sizes close to Teams'.
"use strict";

const words = { default: "#242424", subtleDefault: "#616161" };
const colours = (() => {
  const pair = (main) => ({ default: main, subtle: main });
  return {
    default: { default: words.default, subtle: words.subtleDefault },
    dark: pair("#242424"), light: pair("#616161"), accent: pair("#5b5fc7"),
    good: pair("#237b4b"), warning: pair("#8a5700"), attention: pair("#c4314b"),
  };
})();
const ground = (colour) => ({ backgroundColor: colour, foregroundColors: colours });

const config = new AdaptiveCards.HostConfig({
  fontFamily: "inherit",
  fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 400, default: 400, bolder: 600 },
  lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
  separator: { lineThickness: 1, lineColor: "#e0e0e0" },
  supportsInteractivity: true,
  containerStyles: {
    default: ground("#ffffffff"), emphasis: ground("#f5f5f5"), accent: ground("#e8ebfa"),
    good: ground("#e7f2da"), warning: ground("#fbf6d9"), attention: ground("#fcf4f6"),
  },
  actions: {
    maxActions: 6, spacing: "default", buttonSpacing: 8, actionsOrientation: "horizontal", actionAlignment: "left",
    showCard: { actionMode: "inline", inlineTopMargin: 8, style: "emphasis" },
  },
  inputs: {
    label: {
      inputSpacing: "small",
      requiredInputs: { suffix: " *", suffixColor: "attention" },
    },
  },
  table: { cellSpacing: 6 },
});

// What Teams knows of Markdown: bold, italic, strikethrough, links, lists, line breaks.
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  result.outputHtml = escaped
    .replace(/\\([*_~[\]()#>`\\-])/g, (_, sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>')
    .replace(/\*\*(?=\S)(.+?)(?<=\S)\*\*/g, "<b>$1</b>")
    .replace(/(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)/g, "<i>$1</i>")
    .replace(/~~(?=\S)(.+?)(?<=\S)~~/g, "<s>$1</s>")
    .replace(/\n/g, "<br>");
  result.didProcess = true;
};

for (const place of document.querySelectorAll(".card")) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = config;
  card.parse(JSON.parse(place.dataset.card));
  place.append(card.render());
  const open = place.dataset.open;
  if (open) [...place.querySelectorAll("button")].find((one) => one.textContent === open).click();
}
