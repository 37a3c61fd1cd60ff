import type { EnglishTexts } from '../texts.ts';
import type { Translated } from './in-language.ts';

/** What the application itself shows, in German. */
export const DE: Translated<EnglishTexts> = {
  tray: {
    off: 'Nicht verbunden',
    noRelay: 'Kein Relay eingerichtet',
    connecting: 'Verbindet…',
    failed: (what) => what,
    online: (peers) => (peers === 1 ? '1 Peer online' : `${peers} Peers online`),
    waiting: (approvals) => (approvals === 1 ? '1 Anfrage wartet' : `${approvals} Anfragen warten`),
    list: (parts) => parts.join(', '),
    tooltip: (parts) => `ClawReach: ${parts.join(', ')}`,
    pair: 'Koppeln…',
    peers: 'Peers',
    noPeers: 'Noch keine Peers',
    morePeers: (count) => `${count} weitere…`,
    path: { direct: 'Direkt', relay: 'Relay', via: 'Über einen Peer', offline: 'Offline' },
    via: (peer) => `Über ${peer}`,
    reconnecting: 'Verbindet neu',
    milliseconds: (value) => `${value} ms`,
    openTerminal: 'Terminal öffnen',
    copyName: 'Name kopieren',
    forwards: 'Weiterleitungen',
    noForwards: 'Noch keine Weiterleitungen',
    showForwards: 'Weiterleitungen anzeigen',
    withoutPeer: 'Ohne Peer',
    unknownPeer: 'Ein vergessener Peer',
    notRunning: (rules) => (rules === 1 ? '1 läuft nicht' : `${rules} laufen nicht`),
    copy: (text) => `${text} kopieren`,
    forwardStates: {
      off: 'Aus',
      starting: 'Startet…',
      ready: 'Bereit',
      waiting: 'Wartet',
      failed: 'Läuft nicht',
    },
    approvals: (count) => `Genehmigungen (${count})`,
    shared: (count) => (count === 1 ? 'Einem geteilten Terminal zusehen' : `Geteilte Terminals (${count})`),
    paused: 'Pausiert',
    pausedUntil: (time) => `Pausiert bis ${time}`,
    pause: 'Pause',
    pauseHour: 'Für 1 Stunde',
    pauseEvening: 'Für 8 Stunden',
    pauseOn: 'Bis ich fortsetze',
    resume: 'Fortsetzen',
    open: 'ClawReach öffnen',
    settings: 'Einstellungen',
    quit: 'Beenden',
  },
  approvals: {
    title: (count) => (count === 1 ? 'Eine Anfrage wartet auf Sie' : `${count} Anfragen warten auf Sie`),
    one: (peer, right) => `${peer} bittet auf diesem Gerät um ${right}.`,
    several: (peers) => `Von ${peers}.`,
    rights: {
      terminal: 'ein Terminal',
      relay: 'eine Verbindung zu einem anderen Ihrer Rechner',
      view: 'das Zusehen bei einem Terminal',
      forward: 'eine Verbindung zu einer Adresse',
      prompt: 'die Nutzung von OpenClaw',
    },
  },
  requests: {
    critical: (count) =>
      count === 1
        ? 'Eine kritische Anfrage wartet auf Sie'
        : `${count} Anfragen warten auf Sie, mindestens eine ist kritisch`,
    device: (who, gateway) => `${who} möchte sich mit ${gateway} verbinden.`,
    node: (who, gateway) => `${who} bietet ${gateway} Befehle an.`,
    exec: (_who, gateway) => `Ein Agent von ${gateway} möchte einen Befehl ausführen.`,
    plugin: (_who, gateway) => `Ein Plugin von ${gateway} fragt Sie.`,
    run: (_who, gateway) => `${gateway} möchte auf diesem Rechner ein Programm ausführen.`,
  },
  comparison: {
    title: 'Vier Wörter warten auf den Vergleich',
    text: (id) => `Ist ${id} der gemeinte Rechner? Vergleichen Sie, was beide Bildschirme zeigen.`,
  },
  news: {
    relay: 'ClawReach ist nicht verbunden',
    forwards: (count) => (count === 1 ? 'Eine Weiterleitung läuft nicht' : `${count} Weiterleitungen laufen nicht`),
    profile: 'ClawReach kann nicht alles speichern',
    paired: (peers) => `Gekoppelt mit ${peers}`,
    pairedText: 'Was hier erlaubt ist, haben Sie festgelegt.',
    shared: (holder, peer) => `${holder} teilt ein Terminal auf ${peer}`,
    sharedMany: (count, peer) => `${count} Terminals auf ${peer} sind mit Ihnen geteilt`,
    sharedText: 'Sie können zusehen.',
    several: (count) => `${count} Dinge brauchen einen Blick`,
    locked: 'ClawReach hat Neuigkeiten für Sie',
    gateway: (name) => `Eine Nachricht von ${name}`,
  },
  crash: {
    title: 'Das Fenster wurde wieder geöffnet',
    body: 'Sein Prozess war beendet. Terminals und Verbindungen liefen weiter.',
    twice: 'Das Fenster ist innerhalb einer Minute zweimal beendet worden.',
    twiceDetail:
      'Verbindungen und Terminals auf diesem Gerät laufen weiter. Öffnen Sie das Fenster wieder, oder beenden Sie ClawReach.',
    reopen: 'Wieder öffnen',
  },
  quit: {
    message: 'Beenden und das Relay auf diesem Rechner ausschalten?',
    detail: (names, devices) =>
      devices === 1
        ? `${names} ist damit verbunden. Bis ClawReach wieder geöffnet ist, findet das Gerät darüber weder diesen Rechner noch andere; direkte Verbindungen laufen weiter. Danach verbindet sich alles von selbst wieder.`
        : `${names} sind damit verbunden. Bis ClawReach wieder geöffnet ist, finden sie darüber weder diesen Rechner noch einander; direkte Verbindungen laufen weiter. Danach verbindet sich alles von selbst wieder.`,
    more: (devices) => (devices === 1 ? 'ein weiteres Gerät' : `${devices} weitere`),
    cancel: 'Abbrechen',
  },
  failure: {
    title: 'ClawReach konnte nicht starten',
    text: (what, why, next) => `${what}\n\n${why}\n\n${next}`,
  },
};
