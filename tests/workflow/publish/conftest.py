"""The three kinds of places: a folder, a store, a branch; each fresh for a test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.workflow.publish.places import (
    Place,
    branch_reader,
    bucket_reader,
    file_reader,
    git,
)
from workflow.publish.folder import FolderTarget
from workflow.publish.pages import PagesTarget
from workflow.publish.store import PATIENCE, StoreTarget

Client = Callable[[], Any]

KEYS = {
    "AWS_ACCESS_KEY_ID": "thu",
    "AWS_SECRET_ACCESS_KEY": "thu",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="session")
def store_address() -> Iterator[str]:
    """An S3 server on a free port of this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def client(store_address: str) -> Any:
    """A client of the store."""
    return boto3.client(
        "s3",
        endpoint_url=store_address,
        aws_access_key_id="thu",
        aws_secret_access_key="thu",
        region_name="us-east-1",
        config=PATIENCE,
    )


@pytest.fixture
def bucket(client: Any) -> str:
    """A fresh bucket."""
    name = f"kho-{uuid4().hex}"
    client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def folder_place(tmp_path: Path) -> Place:
    """A folder as the web server reads it, through the link."""
    folder = tmp_path / "www"
    return Place(lambda: FolderTarget(folder), file_reader(folder / "live"), tmp_path)


@pytest.fixture
def store_place(tmp_path: Path, client: Any, bucket: str) -> Place:
    """A prefix of a bucket."""
    read = bucket_reader(client, bucket, "cong/")
    return Place(lambda: StoreTarget(client, bucket, "cong"), read, tmp_path)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a bare one behind it, called origin."""
    (tmp_path / "repository").mkdir()
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(tmp_path / "repository", "init", "--quiet")
    git(tmp_path / "repository", "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(tmp_path / "repository", "commit", "--quiet", "--allow-empty", "-m", "Mở đầu")
    return tmp_path / "repository"


@pytest.fixture
def pages_place(tmp_path: Path, repository: Path) -> Place:
    """The branch of a remote."""
    read = branch_reader(tmp_path / "origin.git")
    return Place(lambda: PagesTarget(repository, "origin"), read, tmp_path)


@pytest.fixture
def branch_place(tmp_path: Path, repository: Path) -> Place:
    """The branch of a repository without a remote."""
    return Place(lambda: PagesTarget(repository), branch_reader(repository), tmp_path)


@pytest.fixture(params=["folder", "store", "pages", "branch"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each kind of place in turn."""
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found
