"""Files shipped with the program: icons, fonts, looks, help pages and samples."""
