// Loaded before an application (`electron -r`): says when its first window could be shown. Epoch milliseconds.
const { app } = require('electron');

app.once('browser-window-created', (_event, window) => {
  window.once('ready-to-show', () => process.stdout.write(`ready-to-show ${Date.now()}\n`));
});
