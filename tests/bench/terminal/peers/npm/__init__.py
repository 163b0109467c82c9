"""What comes from npm."""

from pathlib import Path

from packages import Npm

NPM = Npm(Path(__file__).parent)
