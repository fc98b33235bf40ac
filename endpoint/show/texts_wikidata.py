"""The texts about Wikidata, in English and Indonesian."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "wikidata.heading": ("What Wikidata lacks", "Yang belum ada di Wikidata"),
    "wikidata.lede": (
        "Partnerships that a source of the chosen kind or a more trusted one attests, and that Wikidata does "
        "not state: each direction is a statement of its own there. Compared with:",
        "Kemitraan yang dibuktikan sumber dari jenis yang dipilih atau yang lebih tepercaya, tetapi belum "
        "dinyatakan di Wikidata: di sana setiap arah adalah pernyataan tersendiri. Dibandingkan dengan:",
    ),
    "wikidata.none": (
        "This release holds no collection of Wikidata, so nothing can be compared. To get one:",
        "Rilis ini tidak memuat koleksi Wikidata, jadi tidak ada pembandingnya. Cara mendapatkannya:",
    ),
    "wikidata.review": ("Review before you upload", "Periksa sebelum mengunggah"),
    "wikidata.step.choose": (
        "Choose how trusted a source must be; agreements and government pages come first.",
        "Pilih seberapa tepercaya sumbernya; naskah perjanjian dan laman pemerintah yang utama.",
    ),
    "wikidata.step.read": (
        "Open the source of each row and see that it says what the row says, with that date.",
        "Buka sumber setiap baris dan pastikan isinya sesuai dengan baris itu, termasuk tanggalnya.",
    ),
    "wikidata.step.check": (
        "Look at both items: Wikidata may have changed since the day above, or may name the place one level "
        "up or down (a city, its province).",
        "Lihat kedua butirnya: Wikidata mungkin sudah berubah sejak tanggal di atas, atau menyebut wilayah "
        "setingkat di atas atau di bawahnya (kota, provinsinya).",
    ),
    "wikidata.step.upload": (
        "Delete the lines you are not sure of, and run the rest under your own name:",
        "Hapus baris yang meragukan, lalu jalankan sisanya atas nama Anda sendiri:",
    ),
    "wikidata.download": ("QuickStatements", "QuickStatements"),
}
