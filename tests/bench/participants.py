"""Who takes part in a comparison, and who cannot be had here."""


def participants(wharf, kinds, elsewhere, names=None) -> tuple:
    """(those that take part, [(who cannot be had, why)]). wharf is the first; of the `kinds` those that are not missing
    and, with `names`, are wanted."""
    found, absent = [wharf], list(elsewhere)
    for peer in (kind() for kind in kinds):
        if names is not None and peer.name not in names:
            continue
        why = peer.missing()
        if why:
            absent.append((peer.name, why))
        else:
            found.append(peer)
    return found, absent
