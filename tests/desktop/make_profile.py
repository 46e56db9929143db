"""Make a new profile for Anki Desktop, in the base folder that is named: one that asks and syncs nothing."""

import sys
from pathlib import Path

from aqt.profiles import ProfileManager

profiles = ProfileManager(Path(sys.argv[1]))
profiles.setupMeta()
profiles.meta |= {"firstRun": False, "defaultLang": "en_US"}
profiles.set_update_check(False)
profiles.create("Reader")
profiles.openProfile("Reader")
profiles.profile["autoSync"] = False
profiles.save()
