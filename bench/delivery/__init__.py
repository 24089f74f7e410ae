"""From verdict to agency: how long each way takes, and whether anything is lost or doubled."""
