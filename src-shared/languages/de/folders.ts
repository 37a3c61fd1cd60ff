import type { TranslatedErrors } from '../load.ts';

export const FOLDERS_TEXTS: TranslatedErrors = {
  'folder.relative': {
    what: 'Der Ordner ist nicht vollständig angegeben.',
    why: '{path} bedeutet für jedes Programm einen anderen Ordner.',
    next: 'Geben Sie den ganzen Pfad vom Wurzelverzeichnis an, oder einen, der mit ~/ beginnt.',
  },
  'folder.missing': {
    what: 'Den Ordner {path} gibt es nicht.',
    why: 'Er wurde verschoben oder entfernt, oder sein Datenträger ist gerade nicht da.',
    next: 'Bringen Sie ihn zurück und starten Sie die Regel neu, oder wählen Sie einen anderen Ordner.',
  },
  'folder.not-a-folder': {
    what: '{path} ist kein Ordner.',
    why: 'Es ist eine einzelne Datei oder etwas anderes, das keine Dateien enthalten kann.',
    next: 'Wählen Sie den Ordner, der es enthält.',
  },
  'folder.unreadable': {
    what: 'Das lässt sich nicht lesen.',
    why: 'Das System lässt ClawReach nicht lesen, was in {path} ist.',
    next: 'Ändern Sie, wer es lesen darf, oder geben Sie einen anderen Ordner frei.',
  },
  'folder.private': {
    what: 'Dieser Ordner wird nicht freigegeben.',
    why: '{path} gehört ClawReach selbst und enthält die Schlüssel dieses Geräts.',
    next: 'Wählen Sie einen anderen Ordner.',
  },
};
