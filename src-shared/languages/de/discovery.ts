import type { TranslatedErrors } from '../load.ts';

export const DISCOVERY_TEXTS: TranslatedErrors = {
  'discovery.off': {
    what: 'Die Suche nach Geräten im lokalen Netzwerk ist ausgeschaltet.',
    why: 'Die Einstellungen dieses Geräts sagen es so; es kündigt sich dort auch nicht an.',
    next: 'Schalten Sie sie in den Einstellungen unter „Netzwerk“ ein.',
  },
  'discovery.unavailable': {
    what: 'Dieser Hintergrundprozess sucht nicht nach Geräten im lokalen Netzwerk.',
    why: 'ClawReach wurde ohne das gestartet.',
    next: 'Koppeln Sie stattdessen mit einem Code.',
  },
  'discovery.port': {
    what: 'Im lokalen Netzwerk kann nicht nach Geräten gefragt werden.',
    why: 'Ein anderes Programm hat den UDP-Port 5353 für sich allein, oder das System erlaubt es nicht.',
    next: 'Erlauben Sie ClawReach, das lokale Netzwerk zu nutzen, oder koppeln Sie mit einem Code.',
  },
  'adding.peer-id': {
    what: 'Das ist keine Peer-ID.',
    why: 'Eine Peer-ID hat acht Gruppen aus sieben Buchstaben und Ziffern. Eine davon fehlt oder ist vertippt.',
    next: 'Kopieren Sie die ganze ID vom anderen Rechner.',
  },
  'adding.self': {
    what: 'Das ist die ID von ebendiesem Gerät.',
    why: 'Ein Gerät kann sich nicht selbst hinzugefügt werden.',
    next: 'Geben Sie die ID des anderen Rechners ein, die er selbst zeigt.',
  },
  'adding.not-waiting': {
    what: 'Das andere Gerät wartet nicht darauf, hinzugefügt zu werden.',
    why: 'Es ist nicht an diesem Relay, wartet nicht, seine zehn Minuten sind um, oder jemand anderes hat es zuerst gefragt.',
    next: 'Öffnen Sie auf dem anderen Rechner „Per ID hinzufügen“, „Eigene ID zeigen“, am selben Relay, und lassen Sie ihn warten. Fragen Sie dann erneut.',
  },
  'adding.taken': {
    what: 'Dieses Gerät kann gerade nicht auf ein anderes warten.',
    why: 'Hier ist eine Kopplung offen, oder es hat innerhalb von zehn Minuten dreimal gewartet.',
    next: 'Brechen Sie die offene Kopplung ab, oder warten Sie zehn Minuten; oder koppeln Sie mit einem Code.',
  },
  'adding.too-many': {
    what: 'Dieses Gerät fügt schon ein anderes hinzu.',
    why: 'Es fügt immer nur eines hinzu, damit niemand zwei Bildschirme verwechselt.',
    next: 'Schließen Sie das zuerst ab, oder brechen Sie es ab.',
  },
  'adding.unknown': {
    what: 'Das ist vorbei.',
    why: 'Es wurde abgeschlossen, abgebrochen, oder die Zeit war um; oder der Hintergrundprozess wurde seither neu gestartet.',
    next: 'Beginnen Sie von vorn.',
  },
  'adding.other-device': {
    what: 'Ein anderes Gerät hat gefragt als das, auf das Sie warten.',
    why: 'Jemand anderes kennt die ID dieses Geräts. Es wurde nichts hinzugefügt.',
    next: 'Versuchen Sie es noch einmal. Geschieht es wieder, koppeln Sie mit einem Code.',
  },
  'pairing.refused': {
    what: 'Die beiden Geräte wurden einander nicht hinzugefügt.',
    why: 'Jemand hat gesagt, dass die beiden Bildschirme nicht dasselbe zeigen. Dann steht ein anderes Gerät dazwischen.',
    next: 'Prüfen Sie die ID und versuchen Sie es erneut, oder koppeln Sie mit einem Code.',
  },
};
