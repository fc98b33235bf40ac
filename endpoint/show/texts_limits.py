"""The texts about limits, in English and Indonesian."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "nav.limits": ("Limits", "Batas"),
    "limits.heading": ("Limits", "Batas"),
    "limits.lede": (
        "An answer is complete or an error, never a part. These are the limits of this service, and what it "
        "answers over them; the same as data: ",
        "Jawaban selalu utuh atau galat, tidak pernah sebagian. Inilah batas layanan ini dan jawabannya bila "
        "batas terlampaui; hal yang sama sebagai data: ",
    ),
    "limits.what": ("What", "Apa"),
    "limits.value": ("Limit", "Batas"),
    "limits.status": ("Answer over it", "Jawaban bila terlampaui"),
    "limits.setting": ("Setting", "Pengaturan"),
    "limits.none": ("none", "tanpa batas"),
    "limits.clients": (
        "A client is an IPv4 address or an IPv6 network of 64 bits. It may take the double at once, when it "
        "has asked little before; Retry-After says when to come back. Pages, questions and downloads do not "
        "count. Whoever needs more: download the release and ask it at home.",
        "Satu klien adalah satu alamat IPv4 atau satu jaringan IPv6 64 bit. Klien yang sebelumnya jarang "
        "bertanya boleh memakai dua kali lipat sekaligus; Retry-After menyatakan kapan boleh kembali. "
        "Halaman, pertanyaan, dan unduhan tidak dihitung. Bila perlu lebih, unduh rilisnya dan jalankan "
        "sendiri.",
    ),
    "limit.query-seconds": ("Time of a query", "Waktu satu kueri"),
    "limit.most-query-seconds": (
        "The most that a query may ask for with timeout=",
        "Waktu terlama yang boleh diminta dengan timeout=",
    ),
    "limit.query-memory": ("Memory of a query", "Memori satu kueri"),
    "limit.result-bytes": ("Size of a result", "Ukuran satu hasil"),
    "limit.result-rows": ("Rows of a result", "Baris satu hasil"),
    "limit.query-bytes": ("Length of a query", "Panjang satu kueri"),
    "limit.query-depth": (
        "Brackets that are open at one place of a query",
        "Kurung yang terbuka di satu tempat dalam kueri",
    ),
    "limit.query-chain": (
        "Operators, path steps and clauses that hang on one another",
        "Operator, langkah jalur, dan klausa yang saling bergantung",
    ),
    "limit.query-patterns": (
        "Patterns that are joined in one group",
        "Pola yang digabungkan dalam satu grup",
    ),
    "limit.body-bytes": ("Body of a request", "Isi satu permintaan"),
    "limit.running": (
        "Queries that run at a time, of all clients",
        "Kueri yang berjalan bersamaan, semua klien",
    ),
    "limit.waiting": ("Queries that wait, of all clients", "Kueri yang menunggu, semua klien"),
    "limit.waiting-seconds": ("Time that a query waits", "Waktu tunggu satu kueri"),
    "limit.client-queries": (
        "Queries of one client that run or wait at a time",
        "Kueri satu klien yang berjalan atau menunggu bersamaan",
    ),
    "limit.client-seconds": ("Query time of one client", "Waktu kueri satu klien"),
    "limit.client-errors": ("Failed queries of one client", "Kueri gagal satu klien"),
    "unit.seconds": ("{count} seconds", "{count} detik"),
    "unit.seconds-per-minute": ("{count} seconds a minute", "{count} detik per menit"),
    "unit.queries": ("{count} at a time", "{count} sekaligus"),
    "unit.queries-per-minute": ("{count} a minute", "{count} per menit"),
    "unit.bytes": ("{count} bytes", "{count} bita"),
    "unit.kibibytes": ("{count} KiB", "{count} KiB"),
    "unit.mebibytes": ("{count} MiB", "{count} MiB"),
    "unit.rows": ("{count} rows", "{count} baris"),
    "unit.brackets": ("{count} brackets", "{count} kurung"),
    "unit.links": ("{count} links", "{count} mata rantai"),
    "unit.patterns": ("{count} patterns", "{count} pola"),
    # SPARQL page
    "sparql.limits": ("All limits", "Semua batas"),
}
