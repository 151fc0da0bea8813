// Starts the npm package telegram-test-api, a Bot API that others wrote, and mends what keeps it from
// being one: it gives each update once, whether it was acknowledged or not; its answers hold fields
// of the request as text and milliseconds for seconds; a press lacks chat_instance, getMe is_bot.
// usage: node independent_api.cjs FOLDER PORT, the folder that npm installed it into.
const path = require("path");
const { URL } = require("url");

const TelegramServer = require(path.join(process.argv[2], "node_modules", "telegram-test-api"));
const HELD_OPEN_MS = 1000;

const format = TelegramServer.formatUpdate;
TelegramServer.formatUpdate = (update) => {
  const told = format(update);
  const message = told.message || told.callback_query.message;
  message.date = Math.floor(Date.now() / 1000);
  if (told.callback_query) told.callback_query.chat_instance = "1";
  return told;
};

const server = new TelegramServer({ port: Number(process.argv[3]), host: "127.0.0.1" });

const add = server.addBotMessage.bind(server);
server.addBotMessage = (raw, token) => {
  const told = add(raw, token);
  const date = Math.floor(Date.now() / 1000);
  const chat = { id: Number(raw.chat_id), type: "private", first_name: "person" };
  return { message_id: told.message_id, date, chat, text: String(raw.text) };
};

function waiting(token, offset) {
  // An offset acknowledges what is below it; all else comes again.
  const ours = (update) => update.botToken === token;
  server.storage.userMessages = server.storage.userMessages.filter(
    (update) => !ours(update) || update.updateId >= offset,
  );
  return server.storage.userMessages.filter(ours).map((update) => TelegramServer.formatUpdate(update));
}

const express = server.webServer;
const answered = (request, response) => {
  const asked = new URL(request.url, "http://127.0.0.1");
  if (/^\/bot[^/]+\/getMe$/.test(asked.pathname)) {
    const result = { id: 666, is_bot: true, first_name: "bot", username: "TestNameBot" };
    request.resume();
    response.setHeader("content-type", "application/json");
    return response.end(JSON.stringify({ ok: true, result }));
  }
  const polled = /^\/bot([^/]+)\/getUpdates$/.exec(asked.pathname);
  if (!polled) return express(request, response);
  const until = Date.now() + HELD_OPEN_MS;
  const look = () => {
    const result = waiting(decodeURIComponent(polled[1]), Number(asked.searchParams.get("offset") || 0));
    if (!result.length && Date.now() < until) return setTimeout(look, 50);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ok: true, result }));
  };
  request.resume();
  look();
};

server.webServer = Object.assign(answered, { settings: express.settings });
server.start().then(() => console.log("ready"));
