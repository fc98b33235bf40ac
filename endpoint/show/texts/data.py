"""The texts of the pages about releases, their files and their quality, in English and Indonesian."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "nav.data": ("Data", "Data"),
    "feed.title": ("Changes of the data", "Perubahan data"),
    # /data/
    "data.heading": ("Releases and downloads", "Rilis dan unduhan"),
    "data.lede": (
        "All of it, as files. A release never changes: its id and checksums name exactly these bytes.",
        "Semuanya, sebagai berkas. Rilis tidak pernah berubah: kode dan checksum menunjuk persis data ini.",
    ),
    "data.start": ("Which file?", "Berkas yang mana?"),
    "data.start.table": ("For a spreadsheet", "Untuk lembar kerja"),
    "data.start.core": ("To begin with RDF", "Untuk mulai dengan RDF"),
    "data.start.dump": ("For a triple store, all of it", "Untuk basis data triple, lengkap"),
    "data.start.network": ("For network tools", "Untuk perkakas jaringan"),
    "data.all": ("All files and their checksums", "Semua berkas dan checksum-nya"),
    "data.releases": ("Releases", "Rilis"),
    "data.releases.note": (
        "These are kept, the newest first; the SPARQL endpoint answers from any of them.",
        "Inilah yang disimpan, terbaru lebih dulu; endpoint SPARQL dapat menjawab dari masing-masing.",
    ),
    "data.release": ("Release", "Rilis"),
    "data.current": ("current", "terkini"),
    "data.date": ("Data of", "Data per"),
    "data.triples": ("triples", "triple"),
    "data.events": ("events", "peristiwa"),
    "data.size": ("Size", "Ukuran"),
    "data.files": ("Files", "Berkas"),
    "data.changes.partnerships": ("Changes of partnerships", "Perubahan kemitraan"),
    "data.changes.agreements": ("Changes of agreements", "Perubahan perjanjian"),
    "data.changes.first": ("first release", "rilis pertama"),
    "data.changes.none": ("none", "tidak ada"),
    "data.changes.added": ("{count} added", "{count} ditambah"),
    "data.changes.removed": ("{count} removed", "{count} dihapus"),
    "data.changes.changed": ("{count} changed", "{count} diubah"),
    "data.licence": ("Licence", "Lisensi"),
    "data.licence.warning": (
        "Share-alike: {title}",
        "Berbagi serupa: {title}",
    ),
    "data.licence.warning.text": (
        "{licence} wants data made from this collection to be under the same licence. Its claims are in a "
        "graph of their own, so you can leave them out:",
        "{licence} mensyaratkan data turunan dari koleksi ini berlisensi sama. Klaimnya berada dalam graf "
        "tersendiri, jadi dapat Anda tinggalkan:",
    ),
    "data.derived": (
        "What we conclude from all collections together (graph core) bears the licences of all of them.",
        "Simpulan kami dari semua koleksi (graf core) mengikuti lisensi semuanya.",
    ),
    "data.collection": ("Collection", "Koleksi"),
    "data.rows": ("Rows", "Baris"),
    "data.left_out": ("What is left out, and why", "Yang tidak dimuat, dan alasannya"),
    "data.left_out.text": (
        "Rows of the tables that became no claim, or not whole. Nothing is dropped in silence: each is "
        "listed with line and reason.",
        "Baris tabel yang tidak, atau tidak utuh, menjadi klaim. Tak ada yang dibuang diam-diam: semuanya "
        "tercantum dengan nomor baris dan alasannya.",
    ),
    "data.left_out.none": ("No row was left out.", "Tidak ada baris yang ditinggalkan."),
    "data.reason": ("Reason", "Alasan"),
    "data.total": ("Total", "Jumlah"),
    "data.issues": ("All known issues", "Semua masalah yang diketahui"),
    "data.sources": ("All sources", "Semua sumber"),
    "data.cite": ("How to cite", "Cara mengutip"),
    "data.programs": ("For programs", "Untuk program"),
    "data.programs.json": ("this page as JSON", "halaman ini sebagai JSON"),
    "data.programs.void": (
        "the current release described in VoID and DCAT, with exact counts",
        "keterangan rilis terkini dalam VoID dan DCAT, dengan jumlah yang tepat",
    ),
    "data.programs.feed": (
        "what each release changed, as an Atom feed",
        "perubahan tiap rilis, sebagai umpan Atom",
    ),
    "data.programs.latest": (
        "always the newest: a redirect to the current release",
        "selalu yang terbaru: pengalihan ke rilis terkini",
    ),
    # /data/<id>/
    "release.heading": ("Release {id}", "Rilis {id}"),
    "release.newer": (
        "This one stays as it is; there is a newer release:",
        "Rilis ini tetap seperti adanya; ada rilis yang lebih baru:",
    ),
    "release.previous": ("Follows", "Menyusul"),
    "release.content": ("SHA-256 of the content", "SHA-256 isi"),
    "release.sparql": ("SPARQL over this release", "SPARQL atas rilis ini"),
    "release.numbers": ("In numbers", "Dalam angka"),
    "release.files": ("Files", "Berkas"),
    "release.file": ("File", "Berkas"),
    "release.what": ("What it holds", "Isinya"),
    "release.no_files": ("This release has no files.", "Rilis ini tidak memiliki berkas."),
    "release.check": ("To check what you downloaded:", "Untuk memeriksa unduhan Anda:"),
    "release.changes": ("What changed", "Apa yang berubah"),
    "release.changes.since": ("Compared with {id}.", "Dibandingkan dengan {id}."),
    "release.changes.what": ("Change", "Perubahan"),
    "release.changes.thing": ("Partnership or agreement", "Kemitraan atau perjanjian"),
    "release.changes.values": ("What is different", "Bedanya"),
    "release.changes.claims": ("Caused by", "Disebabkan oleh"),
    "release.changes.all": ("All changes", "Semua perubahan"),
    "release.changes.first": (
        "The first release: everything in it is new.",
        "Rilis pertama: seluruh isinya baru.",
    ),
    "release.changes.unknown": (
        "What is different from the release before was not kept.",
        "Perbedaan dengan rilis sebelumnya tidak disimpan.",
    ),
    "release.changes.none": (
        "No partnership and no agreement is different.",
        "Tidak ada kemitraan atau perjanjian yang berbeda.",
    ),
    "change.added": ("added", "ditambah"),
    "change.removed": ("removed", "dihapus"),
    "change.changed": ("changed", "diubah"),
    "data.kind.core": ("To begin with", "Untuk permulaan"),
    "data.kind.table": ("Tables", "Tabel"),
    "data.kind.dump": ("The whole graph", "Seluruh graf"),
    "data.kind.network": ("The network", "Jaringan"),
    "data.kind.issues": ("Quality", "Mutu"),
    "data.kind.changes": ("Changes", "Perubahan"),
    "data.kind.description": ("Description", "Keterangan"),
    "data.kind.citation": ("Citation", "Kutipan"),
    "data.kind.other": ("Other files", "Berkas lain"),
    # /data/<id>/issues
    "issues.heading": ("Known issues of release {id}", "Masalah yang diketahui pada rilis {id}"),
    "issues.lede": (
        "What became no claim or not whole, what breaks a rule that should hold, and which claims are in "
        "doubt. An issue that touches two collections counts in both.",
        "Yang tidak atau tidak utuh menjadi klaim, yang melanggar aturan yang semestinya berlaku, dan klaim "
        "yang diragukan. Masalah yang menyangkut dua koleksi dihitung pada keduanya.",
    ),
    "issues.count": ("By kind and collection", "Menurut jenis dan koleksi"),
    "issues.kind": ("Kind", "Jenis"),
    "issues.row": (
        "Rows that became no claim, or not whole",
        "Baris yang tidak, atau tidak utuh, menjadi klaim",
    ),
    "issues.rule": ("Rules that should hold", "Aturan yang semestinya berlaku"),
    "issues.build": ("Found by comparing claims", "Ditemukan dengan membandingkan klaim"),
    "issues.curator": ("Assessed by hand", "Dinilai oleh kurator"),
    "issues.list": ("One by one", "Satu per satu"),
    "issues.all": ("Show all", "Tampilkan semua"),
    "issues.where": ("Where", "Letak"),
    "issues.line": ("{file}, line {line}", "{file}, baris {line}"),
    "issues.thing": ("About", "Tentang"),
    "issues.claims": ("Claims", "Klaim"),
    "issues.verdict": ("Verdict", "Putusan"),
    "issues.why": ("Why", "Mengapa"),
    "issues.first": (
        "{shown} of {count} are shown; choose a number above to narrow them, or take the CSV with all.",
        "Tampil {shown} dari {count}; pilih angka di atas untuk mempersempit, atau ambil CSV lengkap.",
    ),
    "issues.none": ("No issue is known.", "Tidak ada masalah yang diketahui."),
    # /sources
    "sources.heading": ("Who says so", "Menurut siapa"),
    "sources.lede": (
        "Every publication that a claim rests on. A pair counts as named by others too when a second source "
        "speaks of it without denying it.",
        "Setiap terbitan yang menjadi dasar klaim. Pasangan disebut juga oleh yang lain bila ada sumber "
        "kedua yang membicarakannya tanpa menyangkalnya.",
    ),
    "sources.kinds": ("By kind", "Menurut jenis"),
    "sources.list": ("One by one", "Satu per satu"),
    "sources.all": ("All kinds", "Semua jenis"),
    "sources.source": ("Source", "Sumber"),
    "sources.publisher": ("Publisher", "Penerbit"),
    "sources.kind": ("Kind", "Jenis"),
    "sources.issued": ("Published", "Terbit"),
    "sources.sources": ("Sources", "Sumber"),
    "sources.claims": ("Claims", "Klaim"),
    "sources.pairs": ("Pairs", "Pasangan"),
    "sources.confirmed": ("Named by others too", "Disebut juga oleh yang lain"),
    "sources.doubts": ("Doubts", "Keraguan"),
    "sources.of": ("{part} of {whole}", "{part} dari {whole}"),
}

FILES: dict[str, tuple[str, str]] = {
    "kota-kembar.nq": ("N-Quads, each triple with its graph", "N-Quads, tiap triple dengan grafnya"),
    "kota-kembar.trig": ("TriG, each triple in its graph", "TriG, tiap triple dalam grafnya"),
    "kota-kembar.nt": ("N-Triples, all graphs as one", "N-Triples, semua graf jadi satu"),
    "kota-kembar.ttl": ("Turtle, all graphs as one", "Turtle, semua graf jadi satu"),
    "kota-kembar.rdf": ("RDF/XML, all graphs as one", "RDF/XML, semua graf jadi satu"),
    "kota-kembar.jsonld": ("JSON-LD, all graphs as one", "JSON-LD, semua graf jadi satu"),
    "core.ttl": (
        "Places, partners, since when and status; readable, in Turtle",
        "Wilayah, mitra, sejak kapan, dan status; mudah dibaca, dalam Turtle",
    ),
    "places.csv": ("Places: country, level, codes, coordinates", "Wilayah: negara, tingkat, kode, koordinat"),
    "partnerships.csv": (
        "Partnerships: parties, since, until, status, sources",
        "Kemitraan: pihak, sejak, sampai, status, sumber",
    ),
    "agreements.csv": (
        "Agreements: parties, document, date signed",
        "Perjanjian: pihak, dokumen, tanggal tanda tangan",
    ),
    "claims.csv": ("Claims: what is said, by whom, where", "Klaim: apa yang dikatakan, oleh siapa, di mana"),
    "network.graphml": ("GraphML, for networkx, yEd, Cytoscape", "GraphML, untuk networkx, yEd, Cytoscape"),
    "network.gexf": ("GEXF, for Gephi", "GEXF, untuk Gephi"),
    "network.net": ("Pajek", "Pajek"),
    "network-nodes.csv": ("Nodes: places with coordinates", "Simpul: wilayah dengan koordinat"),
    "network-edges.csv": (
        "Edges: partnerships with dates and status",
        "Sisi: kemitraan dengan tanggal dan status",
    ),
    "issues.csv": ("Every known issue, a line each", "Setiap masalah yang diketahui, satu per baris"),
    "issues.ttl": ("The same as RDF: DQV and SHACL", "Sama, sebagai RDF: DQV dan SHACL"),
    "void.ttl": ("This release in VoID and DCAT", "Rilis ini dalam VoID dan DCAT"),
    "citation.bib": ("BibTeX", "BibTeX"),
    "CITATION.cff": ("Citation File Format", "Citation File Format"),
    "changes.txt": ("What changed, to read", "Apa yang berubah, untuk dibaca"),
    "changes.json": ("What changed, for programs", "Apa yang berubah, untuk program"),
}
"""What each file of a release holds, by its name without the ending of a compression."""

_ENCODINGS = {"gzip": ("gzip", ".gz"), "zstd": ("Zstandard", ".zst")}


def describe_file(name: str, encoding: str, language: str) -> str:
    """Return what a file of a release holds and how it is compressed; empty when nobody knows."""
    word, ending = _ENCODINGS.get(encoding, ("", ""))
    english, indonesian = FILES.get(name.removesuffix(ending), ("", ""))
    return ", ".join(filter(None, (indonesian if language == "id" else english, word)))


def reading_order(name: str) -> tuple[int, str]:
    """Return where a file stands in a list for people: as in `FILES`, unknown ones last."""
    stem = name.removesuffix(".gz").removesuffix(".zst")
    return (list(FILES).index(stem) if stem in FILES else len(FILES)), name
