"""A desktop's tray, as a program sees it: watcher and host of StatusNotifierItem on the session bus, with dbus-python.

Writes one JSON line for each thing that happens, and does what lines on its standard input say:
  state            the icon, its tooltip and its menu, as a panel would read them
  activate         a click
  choose LABEL     the first entry of the menu with that label
"""

import json
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"


def say(**event):
    print(json.dumps(event), flush=True)


class Watcher(dbus.service.Object):
    def __init__(self, bus):
        self.bus = bus
        self.items = []
        super().__init__(bus, "/StatusNotifierWatcher")
        bus.add_signal_receiver(
            self.owner_changed, "NameOwnerChanged", "org.freedesktop.DBus", "org.freedesktop.DBus"
        )

    def owner_changed(self, name, _old, new):
        for item in [item for item in self.items if new == "" and item[0] == name]:
            self.items.remove(item)
            say(event="gone")

    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        path = service if service.startswith("/") else "/StatusNotifierItem"
        owner = str(sender)
        self.items.append((owner, path))
        say(event="registered")

    @dbus.service.method(WATCHER, in_signature="s")
    def RegisterStatusNotifierHost(self, _service):
        pass

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, _interface, name):
        return self.GetAll(_interface)[name]

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        return {
            "IsStatusNotifierHostRegistered": dbus.Boolean(True),
            "ProtocolVersion": dbus.Int32(0),
            "RegisteredStatusNotifierItems": dbus.Array([f"{o}{p}" for o, p in self.items], signature="s"),
        }

    def item(self):
        owner, path = self.items[-1]
        return self.bus.get_object(owner, path, introspect=False)

    def property(self, name):
        return self.item().Get(ITEM, name, dbus_interface=PROPERTIES)

    def menu(self):
        owner, _path = self.items[-1]
        return self.bus.get_object(owner, str(self.property("Menu")), introspect=False)

    def layout(self):
        _revision, root = self.menu().GetLayout(
            dbus.Int32(0), dbus.Int32(-1), dbus.Array([], signature="s"), dbus_interface=MENU
        )
        return entry(root)

    def do(self, line):
        word, _, rest = line.partition(" ")
        try:
            if word == "state":
                tooltip = self.property("ToolTip")
                pixmap = self.property("IconPixmap")
                say(
                    event="state",
                    tooltip=str(tooltip[2]),
                    icon=[[int(width), int(height), sum(bytes(data))] for width, height, data in pixmap],
                    menu=self.layout()["entries"],
                )
            elif word == "activate":
                self.item().Activate(dbus.Int32(0), dbus.Int32(0), dbus_interface=ITEM)
                say(event="done")
            elif word == "choose":
                found = find(self.layout(), rest)
                self.menu().Event(
                    dbus.Int32(found), "clicked", dbus.Int32(0), dbus.UInt32(0), dbus_interface=MENU
                )
                say(event="done")
        except Exception as error:  # Told to the test, whatever it is.
            say(event="failed", reason=str(error))


def entry(node):
    number, properties, children = node
    return {
        "id": int(number),
        "label": str(properties.get("label", "")),
        "separator": str(properties.get("type", "")) == "separator",
        "enabled": bool(properties.get("enabled", True)),
        "entries": [entry(child) for child in children],
    }


def find(node, label):
    if node["label"] == label:
        return node["id"]
    for child in node["entries"]:
        found = find(child, label)
        if found is not None:
            return found
    return None


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName(WATCHER, bus, do_not_queue=True)
watcher = Watcher(bus)
loop = GLib.MainLoop()


def read(source, _condition):
    line = source.readline()
    if line == "":
        loop.quit()
        return False
    watcher.do(line.rstrip("\n"))
    return True


GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, read)
say(event="ready")
loop.run()
