"""The texts of the reconciliation service in English and Indonesian."""

from __future__ import annotations

from endpoint.show.texts import LANGUAGES

TEXTS: dict[str, tuple[str, str]] = {
    "name": ("Kota Kembar: places", "Kota Kembar: wilayah"),
    "limit": ("Limit", "Batas"),
    "limit.help": (
        "Most values for each place, 0 for all",
        "Nilai terbanyak untuk tiap wilayah, 0 untuk semua",
    ),
    "heading": ("Match a column of place names", "Cocokkan sekolom nama wilayah"),
    "lede": (
        "This address is a reconciliation service: give it names of cities and other places, in Indonesian, "
        "English or their own scripts, and it tells which places of this release they may mean.",
        "Alamat ini layanan rekonsiliasi: beri nama kota dan wilayah lain, dalam bahasa Indonesia, Inggris, "
        "atau aksara setempat, lalu layanan ini memberi tahu wilayah mana yang mungkin dimaksud.",
    ),
    "openrefine": ("In OpenRefine", "Di OpenRefine"),
    "step.column": (
        "Open the menu of the column, and choose Reconcile, Start reconciling.",
        "Buka menu kolom, lalu pilih Reconcile, Start reconciling.",
    ),
    "step.add": (
        "Choose Add standard service, and give this address:",
        "Pilih Add standard service, lalu isikan alamat ini:",
    ),
    "step.type": (
        "Choose a type, and let the column of countries be the property country: without them many matches "
        "stay uncertain.",
        "Pilih jenis, dan jadikan kolom negara sebagai properti country: tanpa keduanya banyak kecocokan "
        "tetap tidak pasti.",
    ),
    "elsewhere": ("From elsewhere", "Dari tempat lain"),
    "types": ("Types", "Jenis"),
    "properties": ("What can be stated of a place", "Yang dapat dinyatakan tentang wilayah"),
    "id": ("Id", "Id"),
    "meaning": ("Meaning", "Arti"),
}


def words(language: str) -> dict[str, str]:
    """Return all of these texts in one language."""
    return {key: both[LANGUAGES.index(language)] for key, both in TEXTS.items()}
