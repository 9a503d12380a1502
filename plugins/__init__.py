"""Pelican plugins: how a portal's content becomes a site. One concern a module.

Pelican reads and writes. ``plugins.portal`` joins the modules to it by three signals; a page is a
URL, a template and a view (plain values made by a small function), and nothing else reaches a
template but the site's constant furniture.
"""
