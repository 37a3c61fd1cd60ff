// The least that is an application: what Electron itself costs. `--mark` prints the moment at which the window could be shown.
const { app, BrowserWindow } = require('electron');
const path = require('node:path');

void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1100, height: 720, show: false, webPreferences: { sandbox: true } });
  window.once('ready-to-show', () => {
    window.show();
    if (process.argv.includes('--mark')) process.stdout.write(`ready-to-show ${Date.now()}\n`);
  });
  void window.loadFile(path.join(__dirname, 'index.html'));
});
