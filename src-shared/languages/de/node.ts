import type { TranslatedErrors } from '../load.ts';

export const NODE_TEXTS: TranslatedErrors = {
  'node.any-arguments': {
    what: '{program} kann nicht mit beliebigen Argumenten erlaubt werden.',
    why: 'Seine Argumente könnten ein Programm starten, Code laden oder eine Datei schreiben; damit könnte ein Gateway hier alles ausführen.',
    next: 'Erlauben Sie es mit genau den gewünschten Argumenten, oder antworten Sie, wenn das Gateway fragt.',
  },
  'node.unpinned': {
    what: 'Dieser Befehl kann andere Dateien laden und lässt sich deshalb nur einmal erlauben: {command}',
    why: 'Eine Regel gilt, solange alles, was über das Ausgeführte entscheidet, so bleibt; was dieser Befehl lädt, lässt sich nicht feststellen.',
    next: 'Antworten Sie, wenn das Gateway fragt, oder legen Sie die Befehle in ein Skript für sh und erlauben Sie dieses.',
  },
  'node.program-unknown': {
    what: '{program} wird auf diesem Rechner nicht gefunden.',
    why: 'Kein Ordner im PATH des Hintergrundprozesses enthält ein Programm dieses Namens, oder der Ordner, in dem es laufen soll, ist nicht da.',
    next: 'Geben Sie den vollständigen Pfad des Programms an, vom Wurzelverzeichnis an.',
  },
  'node.rules-full': {
    what: 'Es gibt zu viele Regeln.',
    why: 'Einem Gateway, das so viel ausführt, kann kaum jemand folgen; es kann {most} Regeln geben.',
    next: 'Entfernen Sie Regeln, die nicht mehr benutzt werden, oder erlauben Sie ein Programm mit beliebigen Argumenten.',
  },
  'node.run-over': {
    what: 'Diese Ausführung ist vorbei.',
    why: 'Das Programm ist beendet oder wurde nie gestartet.',
    next: 'Sehen Sie noch einmal in der Liste der Ausführungen nach.',
  },
};
