"""The panels round the canvas. Each is given what it shows and tells what is wanted of others by signals.

PalettePanel(catalog, theme): palette.py. Signal add_wanted(name); focus_search(), set_catalog(catalog).
QuickAdd(catalog, theme): quick_add.py. open_at(place, text=""); signals chosen(name), cancelled().
StepsPanel(run_model, theme, catalog=None): steps.py. Signals run_wanted(), component_wanted(key); set_catalog(catalog).

All have set_theme(theme).
"""
